/** Whether a model can fit the device, told before it is downloaded. */
import { BackendError, type DeviceInfo } from "@insitu/program";
import { gpuDevice } from "./backends.ts";
import { canPack } from "./kernels/halfWeights.ts";

/** What a wasm memory of 32-bit addresses can grow to. */
const WASM_BYTES = 4 * 2 ** 30;

/** Where weights are to stand, and how they are stored there. */
type Stored = Pick<DeviceInfo, "backend" | "weights">;

/** @throws BackendError naming what does not fit, with the sizes. */
export function assertRoom(shapes: ReadonlyMap<string, readonly number[]>, stored: Stored): void {
  const { backend, weights } = stored;
  const { total, largest } = sizesOf(shapes, stored);
  const { limits } = gpuDevice() ?? {};
  const atOnce = limits ? Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize) : Number.POSITIVE_INFINITY;
  if (largest.bytes > atOnce) {
    throw new BackendError(
      `The model does not fit: of its ${size(total)} in ${weights}, ${largest.name} alone takes ${size(largest.bytes)}, and this GPU binds at most ${size(atOnce)} at once.`,
      `${weights === "float32" ? 'Load it with weights: "float16", which halves them, or take' : "Take"} a smaller model.`,
      { bytes: total, largest: largest.bytes, tensor: largest.name, limit: atOnce },
    );
  }
  if (backend === "wasm" && total > WASM_BYTES) {
    throw new BackendError(
      `The model does not fit: its weights take ${size(total)}, and wasm has at most ${size(WASM_BYTES)}.`,
      'Use backend: "webgpu", or a smaller model.',
      { bytes: total, limit: WASM_BYTES },
    );
  }
}

/** What to say where memory was refused, GPU or not. */
export function noRoom(shapes: ReadonlyMap<string, readonly number[]>, stored: Stored, cause: string): BackendError {
  const { total } = sizesOf(shapes, stored);
  return new BackendError(
    `The model does not fit: there was no room for its ${size(total)} of weights (${cause}).`,
    'Close other pages, load it with weights: "float16" on webgpu, or take a smaller model.',
    { bytes: total },
  );
}

/** Bytes of all parameters, and the largest of them. */
function sizesOf(
  shapes: ReadonlyMap<string, readonly number[]>,
  { weights }: Stored,
): { total: number; largest: { name: string; bytes: number } } {
  let total = 0;
  let largest = { name: "", bytes: 0 };
  for (const [name, shape] of shapes) {
    const bytes = shape.reduce((n, d) => n * d, weights === "float16" && canPack(shape) ? 2 : 4);
    total += bytes;
    if (bytes > largest.bytes) largest = { name, bytes };
  }
  return { total, largest };
}

const size = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(0)} MB`;
