/**
 * How tfjs's webgpu backend holds memory, mended in two ways. Its pool keeps buffers by their exact size
 * and for ever, so that every new length of a prompt would leave a family of its own behind: here sizes
 * are rounded up to a few per doubling, and what lies unused past a bound is freed. And it reads a
 * tensor back by copying its whole buffer: here, only the tensor's own bytes.
 */
import * as tf from "./tf.ts";

/** Bytes that may lie unused in the pool after a run; the least recently used sizes go first. */
export const UNUSED_BYTES = 64 * 2 ** 20;

/** Sizes that buffers come in, per doubling: at most a sixteenth of a buffer is waste. */
const SIZES_PER_DOUBLING = 16;

/** A size rounded up to one that buffers come in; a multiple of 16. */
export function bucketOf(bytes: number): number {
  if (bytes <= 16 * SIZES_PER_DOUBLING) return Math.ceil(bytes / 16) * 16;
  const step = 2 ** Math.floor(Math.log2(bytes)) / SIZES_PER_DOUBLING;
  return Math.ceil(bytes / step) * step;
}

/** Call once the backend is there; again does nothing. */
export function tameGpuMemory(): void {
  const backend = tf.backend() as unknown as Backend;
  if (backend.bufferManager.tame) return;
  backend.bufferManager.tame = true;
  roundSizes(backend.bufferManager);
  backend.read = (dataId) => read(backend, dataId);
}

/** Frees what lies unused past the bound. Call between runs. */
export function trimGpuMemory(): void {
  if (tf.getBackend() !== "webgpu") return;
  const { bufferManager } = tf.backend() as unknown as Backend;
  let unused = 0;
  // The most recently used first; a map remembers the order in which its keys were set.
  for (const buffers of [...bufferManager.freeBuffers.values()].reverse()) {
    const size = buffers[0]?.size ?? 0;
    while (buffers.length > 0 && unused + size * buffers.length > UNUSED_BYTES) {
      (buffers.pop() as GPUBuffer).destroy();
      bufferManager.numFreeBuffers--;
      bufferManager.numBytesAllocated -= size;
    }
    unused += size * buffers.length;
  }
}

function roundSizes(manager: BufferManager): void {
  const acquire = manager.acquireBuffer.bind(manager);
  manager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    const rounded = usage & GPUBufferUsage.UNIFORM ? size : bucketOf(size);
    const key = `${rounded}_${usage}`;
    const free = manager.freeBuffers.get(key);
    if (free) {
      manager.freeBuffers.delete(key);
      manager.freeBuffers.set(key, free);
    }
    return acquire(rounded, usage, mappedAtCreation, reuse);
  };
}

async function read(backend: Backend, dataId: object): Promise<tf.TypedArray> {
  const data = backend.tensorMap.get(dataId);
  if (data.values) return data.values;
  const bytes = 4 * data.shape.reduce((a, b) => a * b, 1);
  const { bufferManager } = backend;
  const staging = bufferManager.acquireBuffer(bytes, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder.copyBufferToBuffer(data.resource, 0, staging, 0, bytes);
  backend.submitQueue();
  await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  const copy = staging.getMappedRange(0, bytes).slice(0);
  staging.unmap();
  bufferManager.releaseBuffer(staging);
  const values = data.dtype === "float32" ? new Float32Array(copy) : new Int32Array(copy);
  data.values = data.dtype === "bool" ? Uint8Array.from(values) : values;
  return data.values;
}

/** What is used of tfjs's webgpu backend, beyond its public face. */
interface Backend {
  bufferManager: BufferManager;
  tensorMap: { get(dataId: object): TensorData };
  commandEncoder: GPUCommandEncoder;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  read(dataId: object): Promise<tf.TypedArray>;
}

interface TensorData {
  values: tf.TypedArray | null | undefined;
  shape: number[];
  dtype: string;
  resource: GPUBuffer;
}

interface BufferManager {
  freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
  tame?: boolean;
}
