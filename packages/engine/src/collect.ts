import { BackendError, type DType, type SavedData, type TensorData } from "@insitu/program";
import { gpuDevice } from "./backends.ts";
import type * as tf from "./tf.ts";

/** Reads the saved values, and nothing else, back from the device. */
export async function collect(tensors: readonly tf.Tensor[]): Promise<SavedData[]> {
  const read = Promise.all(
    tensors.map(async (tensor): Promise<SavedData> => {
      // Copied: a backend may hand out its own memory, and what is returned is transferred away.
      const data = (await tensor.data()).slice() as TensorData;
      return { shape: [...tensor.shape], dtype: tensor.dtype as DType, data };
    }),
  );
  const device = gpuDevice();
  return device ? Promise.race([read, lost(device)]) : read;
}

/** Rejects when the GPU goes away, so that a read never hangs on it. */
async function lost(device: GPUDevice): Promise<never> {
  const { reason, message } = await device.lost;
  throw new BackendError(
    `The GPU device was lost (${reason || "unknown reason"}): ${message}.`,
    "Load the model again.",
    { reason },
  );
}
