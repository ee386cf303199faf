/** The same rows in Node, on Dawn's binding (npm `webgpu`) instead of a browser. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { findChromium } from "../../scripts/chromium.mjs";

const ICD = "vk_swiftshader_icd.json";

/** Folders in which Chromium comes with SwiftShader's driver, beside that of the browser found. */
const FOLDERS = ["/usr/lib/chromium", "/usr/lib64/chromium-browser", "/usr/lib/chromium-browser", "/opt/google/chrome"];

/** @throws Error where there is no adapter. */
export async function reportOfNode(server, address, options, onRow) {
  await useDawn();
  const { runBench } = await server.ssrLoadModule("/apps/bench/src/runBench.ts");
  return runBench(options, new URL(address).origin, onRow);
}

/** Puts WebGPU where a browser has it. Software, as in the browser, unless INSITU_ADAPTER is "hardware". */
async function useDawn() {
  const hardware = process.env.INSITU_ADAPTER === "hardware";
  // Vulkan reads it when Dawn looks for adapters, so it is set before.
  if (!hardware) useSwiftShader();
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  let gpu = create([]);
  if (hardware && !(await gpu.requestAdapter())) {
    console.log("No GPU here: taking the software adapter.");
    useSwiftShader();
    gpu = create([]);
  }
  if (!(await gpu.requestAdapter()))
    throw new Error(
      "Dawn finds no WebGPU adapter here. On Linux it needs Vulkan's loader, libvulkan.so.1 (apt's libvulkan1).",
    );
  const navigator = globalThis.navigator ?? {};
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
}

/** @throws Error */
function useSwiftShader() {
  if (process.env.VK_ICD_FILENAMES) return;
  const found = findChromium();
  const beside = found ? [dirname(realpathSync(found))] : [];
  const folder = [...beside, ...FOLDERS].find((folder) => existsSync(join(folder, ICD)));
  if (!folder) throw new Error(`No ${ICD} was found beside a Chromium; name one in VK_ICD_FILENAMES.`);
  process.env.VK_ICD_FILENAMES = join(folder, ICD);
}
