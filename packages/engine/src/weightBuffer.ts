/** A parameter's place on the device, made before its bytes arrive and filled as they do. */
import { canPack, packedShape, packHalf } from "./kernels/halfWeights.ts";
import { SIZES, type TensorEntry, toFloat32 } from "./safetensors.ts";
import * as tf from "./tf.ts";

/** Bytes given to the GPU's queue before it is waited for: what is queued is held a second time. */
const QUEUED = 64 * 2 ** 20;

export class WeightBuffer {
  readonly tensor: tf.Tensor;
  private readonly half: boolean;
  private readonly place: Place;
  /** Bytes of the device's representation written so far. */
  private written = 0;
  /** Bytes too few for two elements, kept until more come. */
  private rest = new Uint8Array(0);

  constructor(shape: readonly number[], stored: "float32" | "float16") {
    this.half = stored === "float16" && canPack(shape);
    const kept = this.half ? packedShape(shape) : [...shape];
    [this.tensor, this.place] = PLACES[tf.getBackend() as keyof typeof PLACES](kept, this.half ? "int32" : "float32");
  }

  /** Begins at the first byte again. */
  restart(): void {
    this.written = 0;
    this.rest = new Uint8Array(0);
  }

  /** The tensor's next bytes, in the file's dtype; `last` with the end of them. */
  async write(bytes: Uint8Array, dtype: TensorEntry["dtype"], last: boolean): Promise<void> {
    // Two elements at a time, so that what is stored is whole numbers of 4 bytes.
    const step = 2 * (SIZES[dtype] as number);
    const missing = this.rest.length === 0 ? 0 : Math.min(step - this.rest.length, bytes.length);
    // Only the two elements that a piece ends in are put together: copies of all would wait to be collected.
    const first = joined(this.rest, bytes.subarray(0, missing));
    const others = bytes.subarray(missing);
    const whole = last ? others.length : others.length - (others.length % step);
    if (first.length > 0 && first.length < step && !last) {
      this.rest = first;
      return;
    }
    this.rest = others.slice(whole);
    this.store(first, dtype);
    this.store(others.subarray(0, whole), dtype);
    await drained(bytes.length);
  }

  private store(bytes: Uint8Array, dtype: TensorEntry["dtype"]): void {
    if (bytes.length === 0) return;
    const stored = dtype === "F32" && !this.half ? bytes : this.converted(bytes, dtype);
    this.place(stored, this.written);
    this.written += stored.length;
  }

  private converted(bytes: Uint8Array, dtype: TensorEntry["dtype"]): Uint8Array {
    const floats = toFloat32(bytes, dtype);
    const { buffer, byteOffset, byteLength } = this.half ? packHalf(floats) : floats;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
}

/** Waits until the device has taken all that was written. */
export async function uploaded(): Promise<void> {
  queued = 0;
  if (tf.getBackend() === "webgpu") await webgpu().device.queue.onSubmittedWorkDone();
}

let queued = 0;

/** Waits for the GPU where much is in its queue. */
async function drained(bytes: number): Promise<void> {
  queued += bytes;
  if (queued > QUEUED) await uploaded();
}

/** Writes bytes at an offset. */
type Place = (bytes: Uint8Array, at: number) => void;

/** Makes a tensor of whatever is in memory, and the way to write it. */
type Allocate = (shape: number[], dtype: "float32" | "int32") => [tf.Tensor, Place];

const PLACES: Record<"webgpu" | "wasm" | "cpu", Allocate> = {
  webgpu(shape, dtype) {
    const backend = webgpu();
    const info = backend.makeTensorInfo(shape, dtype);
    backend.uploadToGPU(info.dataId);
    const { resource } = backend.tensorMap.get(info.dataId);
    const place: Place = (bytes, at) =>
      backend.device.queue.writeBuffer(resource, at, bytes as Uint8Array<ArrayBuffer>);
    return [tf.engine().makeTensorFromTensorInfo(info), place];
  },
  wasm(shape, dtype) {
    const backend = tf.backend() as unknown as WasmBackend;
    const info = backend.makeOutput(shape, dtype);
    const { memoryOffset } = backend.dataIdMap.get(info.dataId);
    if (memoryOffset === 0) throw new RangeError("wasm's memory is full");
    // The heap is asked for each time: as it grows it is another array.
    const place: Place = (bytes, at) => backend.wasm.HEAPU8.set(bytes, memoryOffset + at);
    return [tf.engine().makeTensorFromTensorInfo(info), place];
  },
  cpu(shape, dtype) {
    // tfjs keeps the very array it is given.
    const values = new Float32Array(shape.reduce((n, d) => n * d, 1));
    const memory = new Uint8Array(values.buffer);
    return [tf.tensor(values, shape, dtype), (bytes, at) => memory.set(bytes, at)];
  },
};

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

const webgpu = (): WebgpuBackend => tf.backend() as unknown as WebgpuBackend;

/** What is used of tfjs's backends. */
interface WebgpuBackend {
  device: GPUDevice;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  uploadToGPU(dataId: object): void;
  tensorMap: { get(dataId: object): { resource: GPUBuffer } };
}

interface WasmBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  wasm: { HEAPU8: Uint8Array };
}
