/**
 * The model that is as large as OpenAI's GPT-2, against torch: for who asks for it, with INSITU_FULL_SIZE=1 (548 MB of
 * random weights, made once). INSITU_BACKEND names another backend than webgpu.
 */
import { type Backend, LanguageModel } from "insitu";
import { expect, inject, test } from "vitest";
import { compareGoldens, type Golden, worstOf } from "../src/compareGoldens.ts";

const TOLERANCE = 1e-4;
const MINUTES = 60_000;

const asked: Record<string, string | undefined> = import.meta.env;

test.runIf(asked["INSITU_FULL_SIZE"])("124M parameters", { timeout: 20 * MINUTES }, async () => {
  const { default: json } = await import("../goldens/gpt2.json");
  const backend = (asked["INSITU_BACKEND"] ?? "webgpu") as Backend;
  const begun = performance.now();
  const model = await LanguageModel.load(`${inject("hub")}/openai-community/gpt2/resolve/main/`, { backend });
  const loaded = performance.now();
  const { parameters, sites, logits, failures } = await compareGoldens(model, json as unknown as Golden);
  const compared = performance.now();
  const [parameter, place] = [worstOf(parameters), worstOf(sites)];
  const counts = `${Object.keys(parameters).length} parameters, ${Object.keys(sites).length} places`;
  console.log(
    `${model.device.adapter || backend}: loaded in ${seconds(loaded - begun)}, compared in ${seconds(compared - loaded)}`,
  );
  console.log(`${counts}: ${place.error.toExponential(1)} at ${place.name}, logits ${logits.toExponential(1)}`);
  await model.dispose();
  expect(failures).toEqual([]);
  expect(parameter).toEqual({ name: "", error: 0 });
  expect(place.error, place.name).toBeLessThan(TOLERANCE);
  expect(logits).toBeLessThan(TOLERANCE);
});

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
