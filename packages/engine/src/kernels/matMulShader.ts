/** What the shaders of matrix products have in common: how a weight is read, and what follows the sum. */
import type { Activation } from "@insitu/program";
import type * as tf from "../tf.ts";
import { ACTIVATIONS } from "./activations.ts";
import type { GpuInput } from "./gpuProgram.ts";
import { isHalf } from "./halfWeights.ts";

/** x · weight + bias, activated, plus residual; or, transposed, x · weightᵀ alone. */
export interface MatMulRequest {
  /** [m, k]. */
  x: tf.TensorInfo;
  /** [k, n], or [n, k] transposed; float32, or half floats in pairs. */
  weight: tf.TensorInfo;
  m: number;
  n: number;
  k: number;
  transposed: boolean;
  bias?: tf.TensorInfo | undefined;
  activation?: Activation | undefined;
  /** [m, n]. */
  residual?: tf.TensorInfo | undefined;
}

/** The parts of a program that do not depend on how the work is cut up. */
export function matMulParts(request: MatMulRequest): {
  key: string;
  inputs: Record<string, GpuInput>;
  output: { shape: number[]; components: 1 | 4 };
  uniforms: { m: number; n: number; k: number };
  declarations: string;
} {
  const { x, weight, m, n, k, transposed, bias, activation, residual } = request;
  const half = isHalf(weight);
  return {
    key: [transposed && "t", half && "h", bias && "b", activation, residual && "r"].filter(Boolean).join("_"),
    inputs: {
      x: { tensor: x, components: 4 },
      weight: { tensor: weight, components: half ? 1 : 4 },
      ...(bias ? { bias: { tensor: bias, components: 4 } } : {}),
      ...(residual ? { residual: { tensor: residual, components: 4 } } : {}),
    },
    output: { shape: [m, n], components: transposed ? 1 : 4 },
    uniforms: { m, n, k },
    declarations: [
      weightQuad(half),
      activation ? `fn activate(x : vec4<f32>) -> vec4<f32> { ${ACTIVATIONS[activation].wgsl} }` : "",
      transposed ? "" : finish(bias !== undefined, activation !== undefined, residual !== undefined),
    ].join("\n"),
  };
}

/** Four numbers of the weight, from the fourth part of their position on. */
function weightQuad(half: boolean): string {
  const read = half
    ? "vec4<f32>(unpack2x16float(bitcast<u32>(weight[2 * i])), unpack2x16float(bitcast<u32>(weight[2 * i + 1])))"
    : "weight[i]";
  return `fn weightQuad(i : i32) -> vec4<f32> { return ${read}; }`;
}

/** Writes four numbers of a row of the result, `column` counted in fours. */
function finish(bias: boolean, activation: boolean, residual: boolean): string {
  return `
fn finish(row : i32, column : i32, sum : vec4<f32>) {
  let at = row * (uniforms.n / 4) + column;
  var value = sum${bias ? " + bias[column]" : ""};
  ${activation ? "value = activate(value);" : ""}
  result[at] = value${residual ? " + residual[at]" : ""};
}`;
}
