/** What a figure works with: the options, and models by their shape. */
import type { LoadOptions } from "insitu";
import { type EngineHere, loadHere } from "./engineHere.ts";
import type { BenchOptions } from "./options.ts";

/** Where the server has checkpoints of random weights. */
export const WEIGHTS = "/bench-weights";

/** Runs in minutes on a software adapter. */
const SMALL = "4x256x8x4096";
const GPT2 = "12x768x12x50257";

export class Bench {
  private loaded: { key: string; here: EngineHere } | undefined;

  constructor(
    readonly options: BenchOptions,
    /** Of the server, such as `http://localhost:5173`. */
    readonly origin: string,
  ) {}

  /** The shape for figures of a whole model: `--model`, or GPT-2's with `--full`. */
  get shape(): string {
    return this.options.model ?? (this.options.full ? GPT2 : SMALL);
  }

  /** That shape with other numbers of layers. */
  withLayers(layers: number): string {
    return this.shape.replace(/^\d+/, String(layers));
  }

  get layers(): number {
    return Number(this.shape.split("x")[0]);
  }

  urlOf(shape: string): string {
    return `${this.origin}${WEIGHTS}/${shape}/`;
  }

  /** The model of a shape, on WebGPU in this thread. One is held at a time: asking for another ends it. */
  async model(shape: string, options: LoadOptions = {}): Promise<EngineHere> {
    const url = this.urlOf(shape);
    const key = `${url} ${JSON.stringify(options)}`;
    if (this.loaded?.key === key) return this.loaded.here;
    await this.release();
    const here = await loadHere(url, "webgpu", options);
    this.loaded = { key, here };
    return here;
  }

  async release(): Promise<void> {
    const { loaded } = this;
    this.loaded = undefined;
    await loaded?.here.dispose();
  }
}

/** Token ids of a prompt, the same at every run, spread over the vocabulary. */
export function promptOf(tokens: number, { vocabulary, seed = 1 }: { vocabulary: number; seed?: number }): number[] {
  let state = seed;
  return Array.from({ length: tokens }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * vocabulary);
  });
}

/** How many ids a shape's vocabulary has. */
export function vocabularyOf(shape: string): number {
  return Number(shape.split("x")[3]);
}
