import { BackendError, type DType, type SavedData, type TensorData } from "@insitu/program";
import { gpuDevice } from "./backends.ts";
import * as tf from "./tf.ts";

/** Bools are bytes in some backends and words in others. */
const PACKABLE: readonly DType[] = ["float32", "int32"];
/** Values of up to so many elements are cheaper copied together than read apart. */
const PACKED = 1 << 16;

/** Reads the saved values, and nothing else, back from the device. */
export function collect(tensors: readonly (tf.Tensor | null)[]): Promise<(SavedData | null)[]> {
  return orLost(Promise.all(tensors.map((tensor) => tensor && read(tensor))));
}

/** Reads many values: small ones of a dtype go through one buffer, since each read waits for the device. */
export async function collectMany(tensors: readonly (tf.Tensor | null)[]): Promise<(SavedData | null)[]> {
  const packs = PACKABLE.map((dtype) =>
    tensors.flatMap((x, i) => (x && x.dtype === dtype && x.size > 0 && x.size <= PACKED ? [i] : [])),
  ).filter((pack) => pack.length > 2);
  const flat = (i: number) => (tensors[i] as tf.Tensor).reshape([-1]);
  const joint = packs.map((pack) => tf.tidy(() => tf.concat(pack.map(flat))));
  try {
    const packed = new Set(packs.flat());
    const [wholes, values] = await Promise.all([
      collect(joint),
      collect(tensors.map((x, i) => (packed.has(i) ? null : x))),
    ]);
    for (const [p, pack] of packs.entries()) {
      let from = 0;
      for (const i of pack) {
        const { shape, dtype, size } = tensors[i] as tf.Tensor;
        const data = (wholes[p] as SavedData).data.slice(from, from + size);
        values[i] = { shape: [...shape], dtype: dtype as DType, data };
        from += size;
      }
    }
    return values;
  } finally {
    tf.dispose(joint);
  }
}

/** Reads one value. */
export function collectOne(tensor: tf.Tensor): Promise<SavedData> {
  return orLost(read(tensor));
}

async function read(tensor: tf.Tensor): Promise<SavedData> {
  // Copied: a backend may hand out its own memory, and what is returned is transferred away.
  const data = (await tensor.data()).slice() as TensorData;
  return { shape: [...tensor.shape], dtype: tensor.dtype as DType, data };
}

/** Rejects when the GPU goes away, so that a read never hangs on it. */
function orLost<T>(reading: Promise<T>): Promise<T> {
  const device = gpuDevice();
  return device ? Promise.race([reading, lost(device)]) : reading;
}

async function lost(device: GPUDevice): Promise<never> {
  const { reason, message } = await device.lost;
  throw new BackendError(
    `The GPU device was lost (${reason || "unknown reason"}): ${message}.`,
    "Load the model again.",
    {
      reason,
    },
  );
}
