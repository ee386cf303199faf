import { BackendError } from "@insitu/program";
import { gpuDevice } from "./backends.ts";

/**
 * Runs work that uses the device, and turns what the GPU reports of it into an error: WebGPU would
 * otherwise go on in silence, with zeros. Off WebGPU it just runs the work.
 *
 * `issue` gives the device all its commands; `finish`, which waits for what they make, is waited for
 * together with the report.
 * @throws BackendError when memory runs out or a command is invalid.
 */
export async function reportingGpuErrors<I, T>(issue: () => Promise<I>, finish: (issued: I) => Promise<T>): Promise<T> {
  const device = gpuDevice();
  if (!device) return finish(await issue());
  if (dead.has(device)) throw gone();
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  let issued: I;
  try {
    issued = await issue();
  } catch (error) {
    await scopes(device);
    throw error;
  }
  const report = scopes(device);
  const [finished] = await Promise.allSettled([finish(issued), report]);
  const [invalid, memory] = await report;
  const error = memory ?? invalid;
  if (error) {
    throw new BackendError(
      `The GPU ${memory ? "ran out of memory" : "refused a command"}: ${error.message}`,
      "Use fewer or shorter prompts, save or make smaller values, or load with another backend.",
      { kind: memory ? "out-of-memory" : "validation" },
    );
  }
  if (finished.status === "rejected") throw finished.reason;
  return finished.value;
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
