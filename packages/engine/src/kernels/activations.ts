/** The activation functions of config.json's `activation_function`: on tensors, their slopes, and in WGSL. */
import type { Activation } from "@insitu/program";
import * as tf from "../tf.ts";

export interface ActivationFunction {
  apply(x: tf.Tensor): tf.Tensor;
  /** d apply / dx. */
  slope(x: tf.Tensor): tf.Tensor;
  /** `fn activate(x : vec4<f32>) -> vec4<f32>`, the body. */
  wgsl: string;
}

const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

export const ACTIVATIONS: Record<Activation, ActivationFunction> = {
  /** 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))): Hugging Face's gelu_new (Hendrycks & Gimpel 2016). */
  gelu_new: {
    apply: (x) => x.mul(0.5).mul(geluTanh(x).add(1)),
    slope: (x) => {
      const t = geluTanh(x);
      const inner = x
        .square()
        .mul(3 * 0.044715)
        .add(1)
        .mul(ROOT_2_OVER_PI);
      return t
        .add(1)
        .mul(0.5)
        .add(x.mul(0.5).mul(tf.sub(1, t.square())).mul(inner));
    },
    // Clamped: past 15 tanh is 1 in float32, and some drivers' overflows.
    wgsl: `return 0.5 * x * (1.0 + tanh(clamp(${ROOT_2_OVER_PI} * (x + 0.044715 * x * x * x), vec4<f32>(-15.0), vec4<f32>(15.0))));`,
  },
  /** x·Φ(x), the exact GELU. */
  gelu: {
    apply: (x) => x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1)),
    slope: (x) =>
      tf
        .erf(x.mul(Math.SQRT1_2))
        .add(1)
        .mul(0.5)
        .add(x.mul(x.square().mul(-0.5).exp()).mul(1 / Math.sqrt(2 * Math.PI))),
    // Abramowitz & Stegun 7.1.26, as tfjs's erf: within 1.5e-7.
    wgsl: `
  let z = abs(x) * ${Math.SQRT1_2};
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * exp(-z * z);
  return 0.5 * x * (1.0 + sign(x) * (1.0 - tail));`,
  },
  relu: {
    apply: (x) => x.relu(),
    slope: (x) => x.greater(0).toFloat(),
    wgsl: "return max(x, vec4<f32>(0.0));",
  },
  silu: {
    apply: (x) => x.mul(x.sigmoid()),
    slope: (x) => {
      const s = x.sigmoid();
      return s.mul(x.mul(tf.sub(1, s)).add(1));
    },
    wgsl: "return x / (1.0 + exp(clamp(-x, vec4<f32>(-80.0), vec4<f32>(80.0))));",
  },
};

function geluTanh(x: tf.Tensor): tf.Tensor {
  return x.add(x.mul(x).mul(x).mul(0.044715)).mul(ROOT_2_OVER_PI).tanh();
}
