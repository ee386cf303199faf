/** Experiments on models with edits of their own, and beside other work. */
import type { GPT2LanguageModel } from "insitu";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { errorOf } from "../../insitu/test/fixtures.ts";
import { loadInProcess } from "../../insitu/test/inProcess.ts";
import {
  activationPatching,
  attributionPatching,
  copyingScores,
  entropy,
  headScores,
  klDivergence,
  logit,
  logitAttribution,
  logitDifference,
  logitLens,
  loss,
  lossPerToken,
  measure,
  probability,
  residualDecomposition,
  SteeringVector,
  steering,
  topTokens,
} from "../src/index.ts";

const CLEAN = "The Eiffel Tower is in the city of";
const CORRUPT = "The London Eye is in the city of";
const metric = logitDifference(" Paris", " London");

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess("weights/tiny");
});

beforeEach(async () => {
  tensors = (await model.memory()).numTensors;
});

afterEach(async () => {
  expect((await model.memory()).numTensors).toBe(tensors);
});

/** An edit that needs a prompt of six tokens. */
const damped = () => model.edit(() => model.transformer.h[1]!.output.at(":", 5).mul_(0.5));

test("an edit that names a position fits every experiment on a prompt that has it", async () => {
  const edited = damped();
  const { id } = (await topTokens(edited, CLEAN))[0]!;
  expect(edited.tokenizer.decode([id])).toBe(" Paris");
  expect((await measure(edited, CLEAN, { p: probability(id) })).p).toBeGreaterThan(0.9);
  expect((await logitLens(edited, CLEAN, { tokens: [id] })).tokens!.rank.at(-1, -1, 0)).toBe(0);
  const { scores } = await copyingScores(edited, { layers: [1] });
  expect([...scores.data]).toEqual([...(await copyingScores(model, { layers: [1] })).scores.data]);
});

test("cells that change nothing in the model change something in an edited one, and are run", async () => {
  const { transformer, lm_head, tokenizer } = model;
  const edited = model.edit(() => {
    // Every position gets something of the last.
    const x = transformer.wte.output;
    x.add_(x.at(":", "-7:-6"));
  });
  const { patched } = await activationPatching(edited, {
    clean: CLEAN,
    corrupt: CORRUPT,
    metric,
    layers: [0],
    positions: [0],
  });
  const stream = await edited.trace(CLEAN, () => ({ pre: transformer.h[0]!.input.at(":", 0).save() }));
  const [paris, london] = [" Paris", " London"].map((word) => tokenizer.toSingleToken(word));
  const hand = await edited.trace(CORRUPT, () => {
    transformer.h[0]!.input.at(":", 0).set(stream.pre);
    const logits = lm_head.output.at(0, -1);
    return { difference: logits.at(paris!).sub(logits.at(london!)).save() };
  });
  expect(patched.data[0]!).toBeCloseTo(hand.difference.item(), 4);
  const { corrupt } = await activationPatching(edited, { clean: CLEAN, corrupt: CORRUPT, metric, layers: [3] });
  expect(Math.abs(patched.data[0]! - corrupt)).toBeGreaterThan(1e-3);
});

test("parts of an edited model have what edits added as the last of them", async () => {
  const vector = SteeringVector.of(
    "mine",
    "resid_post",
    [2],
    [Float32Array.from({ length: 256 }, (_, i) => Math.sin(i) / 4)],
  );
  const steered = model.edit(steering(model, vector));
  for (const by of ["component", "head"] as const) {
    const { parts, total, logit } = await logitAttribution(steered, CLEAN, { answer: " Paris", by });
    expect(parts.axes[0]!.labels.at(-1)).toBe("edits");
    expect(Math.abs(total - logit)).toBeLessThan(1e-4);
    expect(Math.abs(parts.at(-1))).toBeGreaterThan(0.1);
  }
  const { stack } = await residualDecomposition(steered, CLEAN, { positions: [-1] });
  const edits = stack.pick("component", "edits").data;
  expect(Math.max(...edits.map((x, i) => Math.abs(x - vector.at(2).data[i]!)))).toBeLessThan(1e-4);
  const plain = await residualDecomposition(model, CLEAN, { positions: [-1] });
  expect(plain.stack.axes[0]!.labels).not.toContain("edits");
});

test("what is named twice counts once", async () => {
  const once = { clean: CLEAN, corrupt: CORRUPT, metric, by: ["layer"], positions: [1] } as const;
  const { effect } = await attributionPatching(model, once);
  const twice = await attributionPatching(model, { ...once, positions: [1, 1, -7] });
  expect([...twice.effect.data]).toEqual([...effect.data]);
});

test("tokens that are masked away count nothing", async () => {
  const masked = model.edit(() => model.lm_head.output.at(":", ":", 5).set(-1e30));
  const found = await measure(
    masked,
    CLEAN,
    { entropy: entropy(), kl: klDivergence() },
    { reference: { model: masked } },
  );
  expect(found.kl).toBe(0);
  expect(found.entropy).toBeGreaterThan(0);
});

test("a metric's own error is at its own line, an edit's at its own", async () => {
  const late = await errorOf(() =>
    activationPatching(model, { clean: CLEAN, corrupt: CORRUPT, metric: (logits) => logits.at(":", -1, 5000) }),
  );
  expect(late.line).toMatch(/edited\.test\.ts:\d+/);
  const edited = model.edit(() => model.transformer.h[1]!.output.at(":", 30).set(0));
  const error = await errorOf(() => topTokens(edited, CLEAN));
  expect(error.name).toBe("SliceError");
  expect(error.line).toMatch(/edited\.test\.ts:\d+/);
});

test("many prompts go in passes of their own, with the same numbers, and can be cancelled between them", {
  timeout: 60_000,
}, async () => {
  const prompts = [
    CLEAN,
    CORRUPT,
    "The Colosseum is in the city of",
    "The Trevi Fountain is in the city of",
    CLEAN,
    CORRUPT,
  ];
  const answers = [" Paris", " London", " Rome", " Rome", " Paris", " London"];
  const same = prompts.filter((_, i) => i !== 2);
  const metrics = { p: probability(answers), kl: klDivergence(), l: loss() };
  const reference = { model };
  type Watch = { chunkBytes?: number; onProgress?: (progress: { total: number }) => void };
  const each: Record<string, (watch: Watch) => Promise<unknown>> = {
    measure: async (watch) => {
      const { p, kl, l } = await measure(model, prompts, metrics, { reference, ...watch });
      return [p, kl, l].map((x) => [...x.data]);
    },
    topTokens: async (watch) =>
      (await topTokens(model, prompts, { k: 2, ...watch })).map((table) => table.map(({ id }) => id)),
    lossPerToken: async (watch) => [...(await lossPerToken(model, same, watch)).data],
    headScores: async (watch) => [
      ...(await headScores(model, { prompts, kinds: ["previous"], ...watch })).scores.previous.data,
    ],
    logitAttribution: async (watch) => {
      const options = { answer: answers.filter((_, i) => i !== 2), against: " Berlin", ...watch };
      return [...(await logitAttribution(model, same, options)).byPrompt.data];
    },
  };
  for (const [name, run] of Object.entries(each)) {
    let total = 0;
    const whole = [await run({})].flat(9) as number[];
    const parts = [await run({ chunkBytes: 1, onProgress: (progress) => (total = progress.total) })].flat(
      9,
    ) as number[];
    expect(total, name).toBeGreaterThanOrEqual(5);
    expect(parts.length, name).toBe(whole.length);
    expect(Math.max(...parts.map((x, i) => Math.abs(x - whole[i]!))), name).toBeLessThan(2e-5);
  }
  const controller = new AbortController();
  const cancelled = topTokens(model, prompts, {
    chunkBytes: 1,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(cancelled).rejects.toMatchObject({ name: "CancelledError" });
});

test("an experiment on a model that is disposed meanwhile ends", async () => {
  const other = await loadInProcess("weights/tiny");
  const ended = Promise.allSettled([
    activationPatching(other, { clean: CLEAN, corrupt: CORRUPT, metric }),
    logitLens(other, CLEAN),
    measure(other, CLEAN, { l: logit(" Paris") }),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await other.dispose();
  const late = new Promise((_, reject) => setTimeout(reject, 20_000, new Error("it hangs")));
  const results = (await Promise.race([ended, late])) as PromiseSettledResult<unknown>[];
  for (const result of results) if (result.status === "rejected") expect(result.reason.name).toMatch(/Error$/);
});
