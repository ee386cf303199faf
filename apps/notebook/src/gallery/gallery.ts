/** The notebooks that come with the page, in the order in which they teach. Their text comes when one is opened. */

export interface GalleryNotebook {
  /** In its address: `#gallery/first-trace`. */
  readonly slug: string;
  readonly title: string;
  /** One line. */
  readonly summary: string;
  /** To read it and to run it. */
  readonly minutes: number;
  /** The whole file: front matter, prose, code. */
  load(): Promise<string>;
}

export const gallery: readonly GalleryNotebook[] = [
  {
    slug: "first-trace",
    title: "A first trace",
    summary: "Look inside a language model while it runs, and change what you find.",
    minutes: 5,
    load: async () => (await import("./first-trace.md?raw")).default,
  },
  {
    slug: "logit-lens",
    title: "The logit lens",
    summary: "What would the model say if it stopped after each layer?",
    minutes: 6,
    load: async () => (await import("./logit-lens.md?raw")).default,
  },
  {
    slug: "ablation",
    title: "Ablation",
    summary: "Take parts of the model away, one by one, and see what the answer needs.",
    minutes: 6,
    load: async () => (await import("./ablation.md?raw")).default,
  },
  {
    slug: "activation-patching",
    title: "Activation patching",
    summary: "Carry one activation from one run into another, and find where a fact is.",
    minutes: 8,
    load: async () => (await import("./activation-patching.md?raw")).default,
  },
  {
    slug: "ioi",
    title: "Who gets the drink?",
    summary: "Find the heads that solve the indirect object task, and the circuit they make.",
    minutes: 12,
    load: async () => (await import("./ioi.md?raw")).default,
  },
  {
    slug: "induction-heads",
    title: "Induction heads",
    summary: "How two heads in two layers continue a pattern they have never seen.",
    minutes: 10,
    load: async () => (await import("./induction-heads.md?raw")).default,
  },
  {
    slug: "steering",
    title: "Steering a generation",
    summary: "Find a direction that stands for something, and push the model along it while it writes.",
    minutes: 8,
    load: async () => (await import("./steering.md?raw")).default,
  },
  {
    slug: "gradients",
    title: "Gradients and attribution patching",
    summary: "Estimate a whole patching sweep from two runs, and see how far the estimate can be trusted.",
    minutes: 8,
    load: async () => (await import("./gradients.md?raw")).default,
  },
  {
    slug: "editing-a-fact",
    title: "Editing a fact",
    summary: "Find where the Eiffel Tower's city is looked up, and move it to Rome with a rank-one edit.",
    minutes: 12,
    load: async () => (await import("./editing-a-fact.md?raw")).default,
  },
  {
    slug: "batching",
    title: "Batches and barriers",
    summary: "Several prompts in one pass, and activations that go from one to another.",
    minutes: 6,
    load: async () => (await import("./batching.md?raw")).default,
  },
  {
    slug: "your-own-model",
    title: "A model of your own",
    summary: "Train a small tfjs model in a cell, then read, edit and differentiate its insides.",
    minutes: 8,
    load: async () => (await import("./your-own-model.md?raw")).default,
  },
];
