import { BackendError, type DType, type SavedData, type TensorData } from "@insitu/program";
import { gpuDevice } from "./backends.ts";
import type * as tf from "./tf.ts";

/** Reads the saved values, and nothing else, back from the device. */
export function collect(tensors: readonly (tf.Tensor | null)[]): Promise<(SavedData | null)[]> {
  return orLost(Promise.all(tensors.map((tensor) => tensor && read(tensor))));
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
