/** x · weight + bias, activated, plus a residual: one dispatch. */
import type { Activation } from "@insitu/program";
import * as tf from "../tf.ts";
import { ACTIVATIONS } from "./activations.ts";
import { runGpuProgram } from "./gpuProgram.ts";
import { shapeOf, unpacked } from "./halfWeights.ts";
import { matMulDirect } from "./matMulDirect.ts";
import type { MatMulRequest } from "./matMulShader.ts";
import { matMulTiled } from "./matMulTiled.ts";
import { fusedKernel } from "./register.ts";
import { kernelStyle } from "./style.ts";

export interface LinearOptions {
  activation?: Activation | undefined;
  /** Added last; the shape of the result. */
  residual?: tf.Tensor | undefined;
}

/** float32 [..., in] to [..., out], by a weight [in, out] and a bias [out]. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, options: LinearOptions = {}): tf.Tensor {
  const { activation, residual } = options;
  const [from, to] = sizes(weight);
  const inputs = {
    x: x.reshape([-1, from]),
    weight,
    bias,
    ...(residual ? { residual: residual.reshape([-1, to]) } : {}),
  };
  return runLinear(inputs, activation ? { activation } : {}).reshape([...x.shape.slice(0, -1), to]);
}

/** float32 [..., in] to [..., out], by the transpose of a weight [out, in]: the unembedding. */
export function linearTransposed(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const [to, from] = sizes(weight);
  return runTransposed({ x: x.reshape([-1, from]), weight }, {}).reshape([...x.shape.slice(0, -1), to]);
}

type LinearInputs = { x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor; residual?: tf.Tensor };

const runLinear = fusedKernel<LinearInputs & tf.NamedTensorMap, { activation?: Activation }>({
  name: "InsituLinear",
  gpu({ x, weight, bias, residual }, { activation }) {
    const [k, n] = sizes(weight);
    if (k % 4 !== 0 || n % 4 !== 0) return undefined;
    return run({ x, weight, m: x.shape[0] as number, n, k, transposed: false, bias, activation, residual });
  },
  composition({ x, weight, bias, residual }, { activation }) {
    const sum = product(x, weight, bias);
    const active = activation ? ACTIVATIONS[activation].apply(sum) : sum;
    return residual ? active.add(residual) : active;
  },
  saves: ["x", "weight", "bias"],
  gradient(dy, [x, weight, bias], { activation }) {
    const [input, by] = [x as tf.Tensor, weight as tf.Tensor];
    const inner = (): tf.Tensor =>
      activation ? dy.mul(ACTIVATIONS[activation].slope(linear(input, by, bias as tf.Tensor))) : dy;
    return {
      x: () => linearTransposed(inner(), by),
      weight: () => tf.matMul(input as tf.Tensor2D, inner() as tf.Tensor2D, true, false),
      bias: () => inner().sum(0),
      residual: () => dy.clone(),
    };
  },
});

const runTransposed = fusedKernel<{ x: tf.Tensor; weight: tf.Tensor }, object>({
  name: "InsituLinearTransposed",
  gpu({ x, weight }) {
    const [n, k] = sizes(weight);
    return k % 4 === 0 ? run({ x, weight, m: x.shape[0] as number, n, k, transposed: true }) : undefined;
  },
  composition: ({ x, weight }) => tf.matMul(x as tf.Tensor2D, unpacked(weight) as tf.Tensor2D, false, true),
  saves: ["x", "weight"],
  gradient(dy, [x, weight]) {
    const by = weight as tf.Tensor;
    return {
      x: () => linear(dy, by, tf.zeros([sizes(by)[1]])),
      weight: () => tf.matMul(dy as tf.Tensor2D, x as tf.Tensor2D, true, false),
    };
  },
});

function run(request: MatMulRequest): tf.TensorInfo {
  return runGpuProgram(kernelStyle() === "direct" ? matMulDirect(request) : matMulTiled(request));
}

function product(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.fused.matMul({
    a: x as tf.Tensor2D,
    b: unpacked(weight) as tf.Tensor2D,
    transposeA: false,
    transposeB: false,
    bias,
  });
}

/** A weight's two sizes, as they are once unpacked. */
function sizes(weight: tf.Tensor): [number, number] {
  return shapeOf(weight) as [number, number];
}
