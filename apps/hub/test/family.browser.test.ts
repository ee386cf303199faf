/** Every member of the family that config.json can name, from the hub's look-alike, against torch. */
import { LanguageModel } from "insitu";
import { describe, expect, inject, test } from "vitest";
import { engineInWorker } from "../../../packages/insitu/test/sharedWorker.ts";
import family from "../goldens/family.json" with { type: "json" };
import { compareGoldens, type Golden, worstOf } from "../src/compareGoldens.ts";

const TOLERANCE = 1e-4;

const models = Object.entries(family.models as unknown as Record<string, Golden>);

describe.each(["webgpu", "wasm", "cpu"] as const)("on %s", (backend) => {
  test.each(models)("%s", async (name, golden) => {
    const url = `${inject("hub")}/insitu/${name}/resolve/main/`;
    const model = await LanguageModel.load(url, { backend, engine: engineInWorker() });
    const { numTensors } = await model.memory();
    const { parameters, sites, logits, failures } = await compareGoldens(model, golden);
    const after = await model.memory();
    await model.dispose();
    const [parameter, place] = [worstOf(parameters), worstOf(sites)];
    console.log(
      `${backend} ${name}: ${place.error.toExponential(1)} at ${place.name}, logits ${logits.toExponential(1)}`,
    );
    expect(failures).toEqual([]);
    expect(parameter).toEqual({ name: "", error: 0 });
    expect(place.error, place.name).toBeLessThan(TOLERANCE);
    expect(logits).toBeLessThan(TOLERANCE);
    expect(after.numTensors).toBe(numTensors);
  });
});
