import "@tensorflow/tfjs-backend-webgpu";
import { type Backend, BackendError, type DeviceInfo } from "@insitu/program";
import { tameGpuMemory } from "./gpuMemory.ts";
import * as tf from "./tf.ts";

/** What a backend knows of itself, before a model is on it. */
export type Started = Omit<DeviceInfo, "weights" | "kernels">;

/**
 * Makes a backend the one in use and says what it runs on. `auto` takes a hardware WebGPU adapter,
 * else wasm, with a notice that says why.
 * @throws BackendError naming what is missing and what to do.
 */
export async function useBackend(wanted: Backend): Promise<Started> {
  switch (wanted) {
    case "webgpu":
      return useWebgpu(await requestAdapter());
    case "wasm":
      return useWasm();
    case "cpu":
      return useCpu();
    case "auto": {
      const adapter = await requestAdapter();
      if (adapter && !isSoftware(adapter)) return useWebgpu(adapter);
      const why = adapter
        ? `the only WebGPU adapter here is a software one (${nameOf(adapter)})`
        : "this browser offers no WebGPU adapter";
      return { ...(await useWasm()), notice: `Running on wasm: ${why}. Pass backend: "webgpu" to insist.` };
    }
    default:
      throw new BackendError(
        `There is no backend ${JSON.stringify(wanted)}.`,
        'Use "auto", "webgpu", "wasm" or "cpu".',
        { backend: wanted },
      );
  }
}

/** The GPU device under tfjs, for error scopes and loss; undefined off WebGPU. */
export function gpuDevice(): GPUDevice | undefined {
  return tf.getBackend() === "webgpu" ? (tf.backend() as unknown as { device: GPUDevice }).device : undefined;
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  return "gpu" in navigator ? navigator.gpu.requestAdapter({ powerPreference: "high-performance" }) : null;
}

const nameOf = ({ info }: GPUAdapter): string =>
  [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ") || "unnamed";

function isSoftware(adapter: GPUAdapter): boolean {
  return adapter.info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(nameOf(adapter));
}

async function useWebgpu(adapter: GPUAdapter | null): Promise<Started> {
  if (!adapter) {
    throw new BackendError(
      "This browser offers no WebGPU adapter.",
      'Use Chrome, Edge, Safari 26 or Firefox 141 or newer with hardware acceleration on, or pass backend: "wasm".',
      { backend: "webgpu", gpu: "gpu" in navigator },
    );
  }
  // tfjs would move small tensors to the CPU unasked, which costs parity and read-backs.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  await activate("webgpu");
  tameGpuMemory();
  return { backend: "webgpu", adapter: nameOf(adapter), software: isSoftware(adapter) };
}

async function useWasm(): Promise<Started> {
  const { setWasmUrls } = await import("./wasmFiles.ts");
  await setWasmUrls();
  await activate("wasm");
  const threads = tf.env().getBool("WASM_HAS_MULTITHREAD_SUPPORT");
  const simd = tf.env().getBool("WASM_HAS_SIMD_SUPPORT");
  return { backend: "wasm", adapter: `wasm${simd ? " simd" : ""}${threads ? " threads" : ""}`, software: true };
}

async function useCpu(): Promise<Started> {
  await activate("cpu");
  return { backend: "cpu", adapter: "JavaScript", software: true };
}

/**
 * Gives up on what takes a minute: a backend's own workers can fail without a word, as wasm's threads do
 * in a page that is minified wrongly.
 */
async function withinAMinute<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("It gave no answer for a minute.")), 60_000);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function activate(name: string): Promise<void> {
  // Otherwise tfjs prints advice in Node, and checks for NaN what debug mode would.
  tf.enableProdMode();
  let ok = false;
  let why = "";
  try {
    ok = await withinAMinute(tf.setBackend(name).then((set) => tf.ready().then(() => set)));
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  if (!ok || tf.getBackend() !== name) {
    throw new BackendError(
      `The ${name} backend did not start.${why ? ` ${why}` : ""}`,
      'Try another backend ("wasm" runs everywhere).',
      { backend: name },
    );
  }
}
