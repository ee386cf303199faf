/** The comparison finds what is wrong: a number, a norm, a shape, an id, a place that is not there. */
import { LanguageModel } from "insitu";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { engineInProcess } from "../../../packages/insitu/test/inProcess.ts";
import family from "../goldens/family.json" with { type: "json" };
import { compareGoldens, type Golden, type Sample, worstOf } from "../src/compareGoldens.ts";

const NAME = "tiny-untied";
const golden = family.models[NAME] as unknown as Golden;

let model: Awaited<ReturnType<typeof LanguageModel.load>>;

beforeAll(async () => {
  const url = `${inject("hub")}/insitu/${NAME}/resolve/main/`;
  model = await LanguageModel.load(url, { backend: "cpu", engine: engineInProcess() });
});

afterAll(() => model.dispose());

/** The golden with one sample or list changed. */
function changed(change: (copy: Golden) => void): Promise<Awaited<ReturnType<typeof compareGoldens>>> {
  const copy = structuredClone(golden);
  change(copy);
  return compareGoldens(model, copy);
}

test("what is right", async () => {
  const { parameters, sites, logits, failures } = await changed(() => {});
  expect(failures).toEqual([]);
  expect(worstOf(parameters)).toEqual({ name: "", error: 0 });
  expect(worstOf({ ...sites, logits }).error).toBeLessThan(1e-5);
  expect(Object.keys(sites)).toHaveLength(model.spec.sites.length - 1);
});

test("numbers that are off", async () => {
  const scores = "transformer.h.0.attn:source.scores";
  const { sites } = await changed(({ sites }) => ((sites[scores] as Sample)[2][3]! += 0.5));
  expect(worstOf(sites)).toMatchObject({ name: scores, error: expect.closeTo(0.5 / 6, 1) });
  const weight = "transformer.h.0.mlp.c_fc.weight";
  const { parameters } = await changed(({ parameters }) => ((parameters[weight] as Sample)[2][0]! += 1e-6));
  expect(worstOf(parameters).name).toBe(weight);
  const pattern = "transformer.h.0.attn:output.1";
  const norms = await changed(({ sites }) => ((sites[pattern] as Sample)[3]! *= 1.1));
  expect(worstOf(norms.sites).name).toBe(pattern);
});

test("what is no matter of rounding", async () => {
  const { failures } = await changed((copy) => {
    delete copy.sites["transformer.ln_f:source.scale"];
    copy.sites["transformer.ln_g:output"] = [[1], [0], [0]];
    (copy.sites["transformer.h.0.mlp:output"] as Sample)[0] = [12, 32];
    copy.newTokens[2]!++;
    copy.top[1]!.reverse();
  });
  expect(failures).toEqual([
    "the golden lacks transformer.ln_f:source.scale",
    "the model lacks transformer.ln_g:output",
    "transformer.h.0.mlp:output is [1,12,32], not [12,32]",
    expect.stringMatching(/^the best ids: /),
    expect.stringMatching(/^the continuation: /),
  ]);
});

test("NaN is the worst there is", () => {
  expect(worstOf({ a: 3, b: Number.NaN, c: 7 })).toEqual({ name: "b", error: Number.NaN });
});
