/** What is wrong is said before anything runs, at the caller's own line. */

import type { GPT2LanguageModel } from "insitu";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Block } from "../../engine/src/modules/block.ts";
import { errorOf } from "../../insitu/test/fixtures.ts";
import { loadInProcess } from "../../insitu/test/inProcess.ts";
import {
  ablate,
  ablateEach,
  activationPatching,
  attributionPatching,
  correlation,
  head,
  klDivergence,
  labelled,
  logit,
  logitDifference,
  loss,
  lossPerToken,
  meanAblation,
  measure,
  mlp,
  neuron,
  position,
  probability,
  rank,
  resampleAblation,
  topTokens,
} from "../src/index.ts";

const CLEAN = "The Eiffel Tower is in the city of";
const CORRUPT = "The London Eye is in the city of";

let model: GPT2LanguageModel;
let forward: ReturnType<typeof vi.spyOn>;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess("weights/tiny");
});

beforeEach(async () => {
  tensors = (await model.memory()).numTensors;
  forward = vi.spyOn(Block.prototype, "forward");
});

afterEach(async () => {
  const calls = forward.mock.calls.length;
  vi.restoreAllMocks();
  expect(calls).toBe(0);
  expect((await model.memory()).numTensors).toBe(tensors);
});

const patch = (options: Partial<Parameters<typeof activationPatching>[1]>) =>
  activationPatching(model, {
    clean: CLEAN,
    corrupt: CORRUPT,
    metric: logitDifference(" Paris", " London"),
    ...options,
  });
const each = (options: Partial<Parameters<typeof ablateEach>[2]>) =>
  ablateEach(model, CLEAN, { units: "heads", metric: logit(" Paris"), ...options });

const cases: [string, () => Promise<unknown>, name: string, problem: string, remedy?: string][] = [
  [
    "prompts of different lengths",
    () => patch({ corrupt: "The Colosseum is in the city of" }),
    "PromptError",
    "The clean prompt has 8 tokens, the corrupt one 7.",
    'Positions must correspond: "The" " Eiffel" " Tower" " is" " in" " the" " city" " of" and "The" " Colosseum" " is" " in" " the" " city" " of". Reword one, or pass token ids.',
  ],
  [
    "prompts of one side of different lengths",
    () => patch({ clean: [CLEAN, "The Colosseum is in the city of"], corrupt: [CORRUPT, CORRUPT] }),
    "PromptError",
    "The clean prompts have different numbers of tokens: 8 and 7.",
  ],
  [
    "numbers of prompts that differ",
    () => patch({ clean: [CLEAN, CLEAN] }),
    "PromptError",
    "There are 2 clean prompts and 1 corrupt ones.",
  ],
  ["an empty prompt", () => patch({ clean: "" }), "PromptError", "The clean prompt is empty."],
  ["no prompts", () => measure(model, [], { rank: rank(" Paris") }), "PromptError", "The prompt is empty."],
  [
    "a token that is none",
    () => patch({ metric: logit(" Atlantis") }),
    "PromptError",
    '" Atlantis" is 4 tokens: [" At","l","ant","is"].',
    'Words in mid-sentence carry their space: " Paris", not "Paris".',
  ],
  [
    "an id outside the vocabulary",
    () => measure(model, CLEAN, { p: probability(3072) }),
    "PromptError",
    "There is no token 3072.",
    "Ids run from 0 to 3071.",
  ],
  [
    "tokens for other prompts",
    () => patch({ metric: logit([" Paris", " Rome"]) }),
    "ArgumentError",
    "answer names 2 tokens for 1 prompts.",
  ],
  ["no metric", () => patch({ metric: "logit" as never }), "ArgumentError", '"logit" is no metric.'],
  [
    "a metric of another shape",
    () => patch({ metric: (logits) => logits.at(":", -1) }),
    "ShapeMismatchError",
    "The metric metric gives a value of shape [1,3072] for 1 prompts.",
  ],
  ["a position that there is not", () => patch({ metric: logit(" Paris", { position: 8 }) }), "SliceError", ""],
  ["empty positions", () => patch({ positions: [] }), "ArgumentError", "positions is []: nothing would run."],
  ["empty layers", () => patch({ layers: [] }), "ArgumentError", "layers is []: nothing would run."],
  [
    "a layer that there is not",
    () => patch({ layers: [4] }),
    "ArgumentError",
    "layers names 4; there are 4.",
    "Use 0 to 3, or -1 for the last.",
  ],
  ["a site that is none", () => patch({ site: "resid" as never }), "ArgumentError", 'There is no site "resid".'],
  ["heads where there are none", () => patch({ by: ["layer", "head"] }), "ArgumentError", "resid_pre has no heads."],
  ["an axis that is none", () => patch({ by: ["neuron" as never] }), "ArgumentError", 'by is ["neuron"].'],
  [
    "a metric without a gradient",
    () => attributionPatching(model, { clean: CLEAN, corrupt: CORRUPT, metric: rank(" Paris"), site: "z" }),
    "GradientError",
    'The metric rank of " Paris" has no gradient.',
  ],
  ["no units", () => each({ units: [] }), "ArgumentError", "units is []: nothing would be ablated."],
  ["a head that there is not", () => each({ units: [head(0, 8)] }), "ArgumentError", "head names 8; there are 8."],
  ["a layer of a unit", () => each({ units: [mlp(-5)] }), "ArgumentError", "mlp's layer names -5; there are 4."],
  ["a neuron", () => each({ units: [neuron(0, 1024)] }), "ArgumentError", "neuron names 1024; there are 1024."],
  [
    "a position",
    () => ablate(model, CLEAN, { units: [position(8)], metric: loss() }),
    "ArgumentError",
    "position names 8; there are 8.",
  ],
  ["no positions", () => each({ positions: [] }), "ArgumentError", "positions is []: nothing would run."],
  [
    "references of another length",
    () => each({ with: meanAblation("The Colosseum is in the city of") }),
    "PromptError",
    "The reference prompts have 7 tokens, the prompt 8.",
    'Positions must correspond: pass references of that length, or meanAblation(references, { over: "positions" }).',
  ],
  ["no references", () => each({ with: resampleAblation([]) }), "PromptError", "The reference prompt is empty."],
  ["no replacement", () => each({ with: 0 as never }), "ArgumentError", "0 is no replacement."],
  [
    "a reference run that there is not",
    () => measure(model, CLEAN, { kl: klDivergence() }),
    "ArgumentError",
    "kl compares with a reference run, and there is none.",
  ],
  [
    "reference prompts that do not correspond",
    () => measure(model, [CLEAN, CORRUPT], { kl: klDivergence() }, { reference: { prompt: CLEAN } }),
    "ArgumentError",
    "The reference prompts do not correspond to the prompts.",
  ],
  [
    "the same prompt twice",
    () => patch({ corrupt: CLEAN }),
    "PromptError",
    "The clean prompt is the corrupt one: there is nothing to patch.",
  ],
  [
    "one number for several prompts",
    () => measure(model, [CLEAN, CORRUPT], { first: (logits) => logits.at(0, -1, 5) }),
    "ShapeMismatchError",
    "The metric first gives one number for 2 prompts.",
  ],
  [
    "a metric that gives nothing",
    () => patch({ metric: () => undefined as never }),
    "ShapeMismatchError",
    "The metric metric gives no value but undefined for 1 prompts.",
  ],
  [
    "an estimate of several layers at once",
    () => attributionPatching(model, { clean: CLEAN, corrupt: CORRUPT, metric: logit(" Paris"), by: ["position"] }),
    "ArgumentError",
    "A cell patches several layers at once, of which gradients give no estimate.",
  ],
  ["chunkBytes that are none", () => patch({ chunkBytes: Number.NaN }), "ArgumentError", "chunkBytes is NaN."],
  ["a signal that is none", () => patch({ signal: {} as never }), "ArgumentError", "signal is {}."],
  [
    "an aborted signal",
    () => patch({ signal: AbortSignal.abort() }),
    "CancelledError",
    "The run was cancelled before it began.",
  ],
  ["no metrics", () => measure(model, CLEAN, {}), "ArgumentError", "measure was given no metrics by name."],
  [
    "prompts that are none",
    () => measure(model, [null] as never, { r: rank(5) }),
    "PromptError",
    "null is not a prompt.",
  ],
  ["a prompt that is too long", () => topTokens(model, new Array(257).fill(1)), "PromptError", ""],
  ["an id that there is not", () => topTokens(model, [5000]), "PromptError", ""],
  [
    "a unit that is none",
    () => each({ units: [{ kind: "heads", layer: 0 } as never] }),
    "ArgumentError",
    '{"kind":"heads","layer":0} is no unit.',
  ],
  [
    "positions beside a position",
    () => each({ units: "positions", positions: [1] }),
    "ArgumentError",
    "A position unit has its own position.",
  ],
  [
    "a mean over what is neither",
    () => each({ with: meanAblation(CLEAN, { over: "position" as never }) }),
    "ArgumentError",
    'over is "position".',
  ],
  [
    "a seed that is none",
    () => each({ with: resampleAblation(CLEAN, { seed: 0.5 }) }),
    "ArgumentError",
    "seed is 0.5.",
  ],
  ["the loss of one token", () => lossPerToken(model, "The"), "ArgumentError", "A prompt of one token has no loss."],
  ["a table of no tokens", () => topTokens(model, CLEAN, { k: 0 }), "ArgumentError", "k is 0."],
];

test.each(cases)("%s", async (_, work, name, problem, remedy) => {
  const error = await errorOf(work);
  expect(error.name, error.message).toBe(name);
  if (problem) expect(error.problem).toBe(problem);
  if (remedy) expect(error.remedy).toBe(remedy);
  expect(error.line).toContain("errors.test.ts");
});

describe("results", () => {
  const grid = labelled(
    "effect",
    [
      { name: "layer", labels: ["L0", "L1"] },
      { name: "position", labels: ["The", ' "quoted', ","] },
    ],
    [1, -4, 3, 0, 2, -1],
  );

  test("numbers by place and label", () => {
    expect(grid.shape).toEqual([2, 3]);
    expect(grid.at(1, -1)).toBe(-1);
    expect([...grid.pick("layer", "L1").data]).toEqual([0, 2, -1]);
    expect([...grid.pick("position", 1).data]).toEqual([-4, 2]);
    expect(grid.sum()).toBe(1);
    expect(grid.top(2).map(({ value, labels }) => [value, ...labels])).toEqual([
      [3, "L0", ","],
      [2, "L1", ' "quoted'],
    ]);
    expect(grid.top(1, { by: "magnitude" })).toEqual([{ value: -4, index: [0, 1], labels: ["L0", ' "quoted'] }]);
    expect([...grid.map(Math.abs).data]).toEqual([1, 4, 3, 0, 2, 1]);
    expect(() => grid.at(0)).toThrow("Give one index for each: layer, position.");
    expect(() => grid.pick("head", 0)).toThrow('There is no axis "head".');
    expect(() => grid.pick("layer", "L2")).toThrow('There is no layer "L2".');
  });

  test("exported as they are", () => {
    expect(JSON.parse(JSON.stringify(grid))).toEqual({
      name: "effect",
      axes: [
        { name: "layer", labels: ["L0", "L1"] },
        { name: "position", labels: ["The", ' "quoted', ","] },
      ],
      values: [
        [1, -4, 3],
        [0, 2, -1],
      ],
    });
    expect(grid.toCSV().split("\n")).toEqual([
      "layer,layer index,position,position index,value",
      "L0,0,The,0,1",
      'L0,0," ""quoted",1,-4',
      'L0,0,",",2,3',
      "L1,1,The,0,0",
      'L1,1," ""quoted",1,2',
      'L1,1,",",2,-1',
      "",
    ]);
    expect(String(grid).split("\n")).toEqual([
      "effect [layer × position]",
      '    "The"  " \\"quoted"    ","',
      "L0   1.00        -4.00   3.00",
      "L1   0.00         2.00  -1.00",
    ]);
  });

  test("what does not fit, and what is no number", () => {
    const axes = [{ name: "i", labels: ["a", "b", "c"] }];
    expect(() => labelled("x", axes, [1, 2])).toThrow("2 numbers for 3 places, 3 of i.");
    expect(
      labelled("x", axes, [Number.NaN, 1, 5])
        .top(3)
        .map(({ value }) => value),
    ).toEqual([5, 1, Number.NaN]);
    expect(String(labelled("x", axes, [1, 2, 3]).pick("i", "b"))).toBe("x: 2");
    expect(() => grid.pick("layer", 9)).toThrow(/errors\.test\.ts/);
  });

  test("correlation is Pearson's", () => {
    const of = (numbers: number[]) => labelled("x", [{ name: "i", labels: ["a", "b", "c"] }], numbers);
    expect(correlation(of([1, 2, 3]), of([2, 4, 6]))).toBeCloseTo(1);
    expect(correlation(of([1, 2, 3]), of([3, 2, 1]))).toBeCloseTo(-1);
    expect(correlation(of([1, 2, 4]), of([1, 3, 2]))).toBeCloseTo(0.3273268);
    expect(() => correlation(grid, of([1, 2, 3]))).toThrow("do not correlate");
  });
});
