import { BackendError, DTYPES, type DType, type SavedData, type TensorData } from "@insitu/program";
import { gpuDevice } from "./backends.ts";
import * as tf from "./tf.ts";

/** Values of up to so many elements are cheaper copied together than read apart. */
const PACKED = 1 << 16;

/** Reads the saved values, and nothing else, back from the device. */
export function collect(tensors: readonly (tf.Tensor | null)[]): Promise<(SavedData | null)[]> {
  return orLost(Promise.all(tensors.map((tensor) => tensor && read(tensor))));
}

/** Reads many values: small ones of a dtype go through one buffer, since each read waits for the device. */
export async function collectMany(tensors: readonly (tf.Tensor | null)[]): Promise<(SavedData | null)[]> {
  const packable = new Set(tensors.filter((x) => x && x.size <= PACKED && x.dtype !== "bool") as tf.Tensor[]);
  const packs = DTYPES.map((dtype) => [...packable].filter((x) => x.dtype === dtype)).filter((pack) => pack.length > 2);
  const read = new Map<tf.Tensor, SavedData>();
  const whole = packs.map((pack) => tf.tidy(() => tf.concat(pack.map((x) => x.reshape([-1])))));
  try {
    const packed = new Set(packs.flat());
    const [joint, single] = await Promise.all([
      collect(whole),
      collect(tensors.map((x) => (x && packed.has(x) ? null : x))),
    ]);
    for (const [i, pack] of packs.entries()) {
      let from = 0;
      for (const x of pack) {
        const data = (joint[i] as SavedData).data.slice(from, from + x.size);
        read.set(x, { shape: [...x.shape], dtype: x.dtype as DType, data });
        from += x.size;
      }
    }
    return tensors.map((x, i) => x && (read.get(x) ?? single[i] ?? null));
  } finally {
    tf.dispose(whole);
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
