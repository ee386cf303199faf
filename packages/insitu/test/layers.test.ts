import { describe, expect, test, vi } from "vitest";
import { LayersModel } from "../src/index.ts";
import { errorOf } from "./fixtures.ts";
import { engineInProcess, ROOT, serveFiles } from "./inProcess.ts";
import { inMemoryTest, made } from "./layersInMemory.ts";
import { layersTests } from "./layersTests.ts";

const onCpu = () => ({ backend: "cpu", engine: engineInProcess() }) as const;

layersTests("cpu", (path) => {
  serveFiles();
  return LayersModel.load(new URL(path, ROOT).href, onCpu());
});

inMemoryTest(
  "cpu",
  (artifacts) => LayersModel.load(artifacts, onCpu()),
  async (work) => {
    const fetching = vi.spyOn(globalThis, "fetch");
    await work();
    expect(fetching).not.toHaveBeenCalled();
    fetching.mockRestore();
  },
);

describe("what are no artifacts", () => {
  const bytes = new ArrayBuffer(160);
  test.each([
    ["nothing", () => undefined, /modelTopology is Undefined, not an object/],
    ["a file", () => new File([], "model.json"), /modelTopology is Undefined/],
    ["text for a topology", () => ({ modelTopology: "{}", weightSpecs: [], weightData: bytes }), /is String/],
    ["no specs", () => ({ modelTopology: {}, weightData: bytes }), /weightSpecs is Undefined, not a list/],
    ["no weights", () => ({ modelTopology: {}, weightSpecs: [] }), /weightData is Undefined, not an ArrayBuffer/],
    ["weights of numbers", () => ({ modelTopology: {}, weightSpecs: [], weightData: [1] }), /weightData is Array/],
    ["an empty topology", () => ({ modelTopology: {}, weightSpecs: [], weightData: bytes }), /could not be loaded/],
    ["weights cut short", async () => ({ ...(await made()).artifacts, weightData: bytes.slice(9) }), /not be loaded/],
    ["other weights", async () => ({ ...(await made()).artifacts, weightSpecs: [] }), /could not be loaded/],
  ])("%s", async (_, given, message) => {
    const artifacts = (await given()) as never;
    const error = await errorOf(() => LayersModel.load(artifacts, onCpu()));
    expect([error.name, error.message]).toEqual(["CheckpointError", expect.stringMatching(message)]);
    expect(error.remedy).toContain("model.save(tf.io.withSaveHandler");
  });
});
