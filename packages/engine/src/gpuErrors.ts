import { BackendError } from "@insitu/program";
import { gpuDevice } from "./backends.ts";

/**
 * Runs work that uses the device, and turns what the GPU reports of it into an error: WebGPU would
 * otherwise go on in silence, with zeros. Off WebGPU it just runs the work.
 * @throws BackendError when memory runs out or a command is invalid.
 */
export async function reportingGpuErrors<T>(work: () => Promise<T>): Promise<T> {
  const device = gpuDevice();
  if (!device) return work();
  if (dead.has(device)) throw gone();
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await scopes(device);
    throw error;
  }
  const [invalid, memory] = await scopes(device);
  const error = memory ?? invalid;
  if (error) {
    throw new BackendError(
      `The GPU ${memory ? "ran out of memory" : "refused a command"}: ${error.message}`,
      "Use fewer or shorter prompts, save or make smaller values, or load with another backend.",
      { kind: memory ? "out-of-memory" : "validation" },
    );
  }
  return result;
}

/** Devices that have died. */
const dead = new WeakSet<GPUDevice>();

/** What both scopes caught, the inner one first. @throws BackendError where the GPU has died meanwhile. */
async function scopes(device: GPUDevice): Promise<[GPUError | null, GPUError | null]> {
  try {
    return await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  } catch {
    dead.add(device);
    throw gone();
  }
}

const gone = (): BackendError =>
  new BackendError("The GPU process has died.", "Load the model again.", { reason: "destroyed" });
