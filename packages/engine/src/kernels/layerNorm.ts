/** (x - mean) / √(variance + ε) · weight + bias over the last axis: one dispatch. */
import type * as tf from "../tf.ts";
import { type GpuProgram, runGpuProgram } from "./gpuProgram.ts";
import { fusedKernel } from "./register.ts";
import { kernelStyle } from "./style.ts";

/** float32 [..., width]; `weight` and `bias` [width]. */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  const width = weight.size;
  return runLayerNorm({ x: x.reshape([-1, width]), weight, bias }, { epsilon }).reshape(x.shape);
}

const runLayerNorm = fusedKernel<{ x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor }, { epsilon: number }>({
  name: "InsituLayerNorm",
  gpu: ({ x, weight, bias }, { epsilon }) => runGpuProgram(program(x, weight, bias, epsilon)),
  composition({ x, weight, bias }, { epsilon }) {
    const { normalized } = normalize(x, epsilon);
    return normalized.mul(weight).add(bias);
  },
  saves: ["x", "weight"],
  gradient(dy, [x, weight], { epsilon }) {
    const parts = () => normalize(x as tf.Tensor, epsilon);
    return {
      x: () => {
        const { normalized, scale } = parts();
        const dn = dy.mul(weight as tf.Tensor);
        return dn
          .sub(dn.mean(-1, true))
          .sub(normalized.mul(dn.mul(normalized).mean(-1, true)))
          .div(scale);
      },
      weight: () => dy.mul(parts().normalized).sum(0),
      bias: () => dy.sum(0),
    };
  },
});

function normalize(x: tf.Tensor, epsilon: number): { normalized: tf.Tensor; scale: tf.Tensor } {
  const centred = x.sub(x.mean(-1, true));
  const scale = centred.square().mean(-1, true).add(epsilon).sqrt();
  return { normalized: centred.div(scale), scale };
}

/** A thread a row for software adapters; a workgroup a row for GPUs. */
function program(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon: number): GpuProgram {
  const [rows, width] = x.shape as [number, number];
  const components = width % 4 === 0 ? 4 : 1;
  const type = components === 4 ? "vec4<f32>" : "f32";
  const shared = kernelStyle() === "tiled";
  const step = shared ? 64 : 1;
  const total = components === 4 ? "dot(sum, vec4<f32>(1.0))" : "sum";
  return {
    key: `layerNorm_${components}_${shared}`,
    inputs: {
      x: { tensor: x, components },
      weight: { tensor: weight, components },
      bias: { tensor: bias, components },
    },
    output: { shape: [rows, width], components },
    uniforms: { rows, width: width / components, epsilonF: epsilon },
    workgroupSize: shared ? 64 : 16,
    ...(shared ? { workgroups: rows } : { threads: rows }),
    declarations: shared ? SHARED_SUM : "",
    main: `
  let row = index / ${step};
  let first = index % ${step};
  let inside = row < u.rows;
  ${shared ? "" : "if (!inside) { return; }"}
  let start = row * u.width;
  let count = f32(u.width * ${components});
  var sum = ${type}(0.0);
  for (var i = first; inside && i < u.width; i += ${step}) { sum += x[start + i]; }
  let mean = ${shared ? `sumOfGroup(first, ${total})` : total} / count;
  sum = ${type}(0.0);
  for (var i = first; inside && i < u.width; i += ${step}) {
    let centred = x[start + i] - mean;
    sum += centred * centred;
  }
  let scale = sqrt(${shared ? `sumOfGroup(first, ${total})` : total} / count + u.epsilonF);
  for (var i = first; inside && i < u.width; i += ${step}) {
    result[start + i] = (x[start + i] - mean) / scale * weight[i] + bias[i];
  }`,
  };
}

const SHARED_SUM = `
var<workgroup> sums : array<f32, 64>;
fn sumOfGroup(thread : i32, part : f32) -> f32 {
  workgroupBarrier();
  sums[thread] = part;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0; i < 64; i++) { total += sums[i]; }
  return total;
}`;
