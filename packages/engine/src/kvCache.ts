import { onGpu, runGpuProgram } from "./kernels/gpuProgram.ts";
import * as tf from "./tf.ts";

/**
 * Keys and values of all positions so far, by attention module: [rows, positions, 2 × width], keys
 * beside values. On webgpu a tensor of the whole capacity, of which a step writes its own positions
 * and nothing else; elsewhere one that grows. What was edited at `source.key` and `source.value` is what
 * later steps attend to.
 */
export class KvCache {
  private readonly kept = new Map<string, tf.Tensor>();
  /** Positions filled before the step that is running. */
  filled = 0;

  constructor(readonly capacity: number) {}

  /** What is kept; of its positions, those past the filled ones mean nothing. */
  of(path: string): tf.Tensor | undefined {
    return this.kept.get(path);
  }

  /** The filled positions alone, [rows, filled, 2 × width]; a step's own once it has been written. */
  upTo(path: string, positions: number): tf.Tensor {
    const kept = this.kept.get(path) as tf.Tensor;
    const [rows, , width2] = kept.shape as [number, number, number];
    return tf.slice(kept, [0, 0, 0], [rows, positions, width2]);
  }

  /** Puts keys and values of new positions behind the filled ones, from what c_attn makes: [rows, tokens, 3 × width]. */
  append(path: string, qkv: tf.Tensor): void {
    const width = (qkv.shape[2] as number) / 3;
    this.write(path, qkv, width, this.filled);
  }

  /** Replaces all positions, the step's own included: [rows, positions, 2 × width]. */
  replace(path: string, keysAndValues: tf.Tensor): void {
    this.write(path, keysAndValues, 0, 0);
  }

  dispose(): void {
    for (const tensor of this.kept.values()) tensor.dispose();
    this.kept.clear();
  }

  private write(path: string, from: tf.Tensor, offset: number, at: number): void {
    if (onGpu()) this.writeInPlace(path, from, offset, at);
    else this.grow(path, from, offset, at);
  }

  private writeInPlace(path: string, from: tf.Tensor, offset: number, at: number): void {
    const [rows, tokens, stride] = from.shape as [number, number, number];
    const width = stride - offset;
    const kept = this.kept.get(path);
    const info = runGpuProgram({
      key: "keepKeysAndValues",
      inputs: { source: { tensor: from } },
      output: { shape: [rows, this.capacity, width] },
      ...(kept ? { into: kept } : {}),
      uniforms: { size: rows * tokens * width, tokens, stride, offset, width, at, capacity: this.capacity },
      workgroupSize: 64,
      threads: rows * tokens * width,
      main: `
  if (index >= u.size) { return; }
  let column = index % u.width;
  let token = (index / u.width) % u.tokens;
  let row = index / (u.width * u.tokens);
  result[(row * u.capacity + u.at + token) * u.width + column] = source[(row * u.tokens + token) * u.stride + u.offset + column];`,
    });
    if (!kept) this.kept.set(path, tf.keep(tf.engine().makeTensorFromTensorInfo(info)));
  }

  private grow(path: string, from: tf.Tensor, offset: number, at: number): void {
    const kept = this.kept.get(path);
    const grown = tf.tidy(() => {
      const [rows, tokens, stride] = from.shape as [number, number, number];
      const taken = tf.slice(from, [0, 0, offset], [rows, tokens, stride - offset]);
      return tf.keep(kept && at > 0 ? tf.concat([this.upTo(path, at), taken], 1) : taken);
    });
    this.kept.set(path, grown);
    kept?.dispose();
  }
}
