/** Makes a fused operation known to tfjs: WGSL on webgpu, its composition elsewhere, and its gradient. */
import * as tf from "../tf.ts";

export interface FusedKernel<Inputs extends tf.NamedTensorMap, Attrs> {
  name: string;
  /** On webgpu; undefined where the shader does not take these sizes. */
  gpu(inputs: Inputs, attrs: Attrs): tf.TensorInfo | undefined;
  /** The same of tfjs's own operations. */
  composition(inputs: Inputs, attrs: Attrs): tf.Tensor;
  /** Inputs that the gradient needs. */
  saves: readonly (keyof Inputs & string)[];
  /** What each input gets of the gradient of the output; called for those on the way to the loss. */
  gradient(dy: tf.Tensor, saved: tf.Tensor[], attrs: Attrs): Record<string, () => tf.Tensor>;
}

/** Registers it, and gives the function that runs it. */
export function fusedKernel<Inputs extends tf.NamedTensorMap, Attrs extends object>(
  kernel: FusedKernel<Inputs, Attrs>,
): (inputs: Inputs, attrs: Attrs) => tf.Tensor {
  const composed = (given: unknown, attrs: unknown): tf.Tensor =>
    tf.tidy(() => kernel.composition(given as Inputs, attrs as Attrs));
  for (const backendName of ["cpu", "wasm"]) {
    tf.registerKernel({
      kernelName: kernel.name,
      backendName,
      kernelFunc: ({ inputs, attrs }) => composed(inputs, attrs),
    });
  }
  tf.registerKernel({
    kernelName: kernel.name,
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }) =>
      kernel.gpu(inputs as unknown as Inputs, attrs as unknown as Attrs) ?? composed(inputs, attrs),
  });
  tf.registerGradient({
    kernelName: kernel.name,
    inputsToSave: [...kernel.saves],
    gradFunc: (dy, saved, attrs) => kernel.gradient(dy as tf.Tensor, saved, attrs as unknown as Attrs),
  });
  return (inputs, attrs) =>
    tf.engine().runKernel(kernel.name, inputs, attrs as unknown as tf.NamedAttrMap) as tf.Tensor;
}
