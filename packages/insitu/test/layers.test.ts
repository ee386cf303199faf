import { LayersModel } from "../src/index.ts";
import { engineInProcess, ROOT, serveFiles } from "./inProcess.ts";
import { layersTests } from "./layersTests.ts";

layersTests("cpu", (path) => {
  serveFiles();
  return LayersModel.load(new URL(path, ROOT).href, { backend: "cpu", engine: engineInProcess() });
});
