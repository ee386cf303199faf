import { LayersModel } from "../src/index.ts";
import { inMemoryTest } from "./layersInMemory.ts";
import { layersTests } from "./layersTests.ts";

for (const backend of ["webgpu", "wasm"] as const) {
  layersTests(backend, (path) => LayersModel.load(`/${path}`, { backend }));
}

inMemoryTest("webgpu", (artifacts) => LayersModel.load(artifacts, { backend: "webgpu" }));
