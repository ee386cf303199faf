/** A checkpoint's parameters on the device: their places first, for the modules; then what fills them. */
import { type Gpt2Config, gpt2Spec, sameShape } from "@insitu/program";
import { shapeOf } from "./kernels/halfWeights.ts";
import type { WeightSource } from "./modules/module.ts";
import type * as tf from "./tf.ts";
import { WeightBuffer } from "./weightBuffer.ts";

export class Weights implements WeightSource {
  /** By the modules' names, `transformer.wte.weight`. */
  readonly buffers = new Map<string, WeightBuffer>();
  private readonly taken = new Set<string>();

  /** Makes room for every parameter. Nothing is left on the device where that fails. */
  constructor(
    readonly shapes: ReadonlyMap<string, readonly number[]>,
    stored: "float32" | "float16",
  ) {
    try {
      for (const [name, shape] of shapes) this.buffers.set(name, new WeightBuffer(shape, stored));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  take(path: string, name: string, shape: readonly number[]): tf.Tensor {
    const key = `${path}.${name}`;
    const { tensor } = this.buffers.get(key) ?? {};
    if (!tensor || !sameShape(shapeOf(tensor), shape)) throw new Error(`no parameter ${key} of this shape`);
    this.taken.add(key);
    return tensor;
  }

  /** Frees what no module took. */
  dispose(): void {
    for (const [name, { tensor }] of this.buffers) if (!this.taken.has(name)) tensor.dispose();
  }
}

/** Every parameter the config calls for, with its shape. */
export function parameterShapes(config: Gpt2Config): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const module of gpt2Spec(config).modules) {
    if (module.path === "lm_head" && config.tieWordEmbeddings) continue;
    for (const { name, shape } of module.params) shapes.set(`${module.path}.${name}`, shape);
  }
  return shapes;
}
