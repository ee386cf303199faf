/** A regular part of a tensor replaced: one dispatch. */
import * as tf from "../tf.ts";
import { runGpuProgram } from "./gpuProgram.ts";
import { fusedKernel } from "./register.ts";

/** What is taken of one axis: `count` indices from `start` on, `step` apart. */
export interface Stretch {
  start: number;
  step: number;
  count: number;
}

/** Most dimensions that the shader takes. */
export const MOST_DIMENSIONS = 4;

/** float32 `base` with a region, one stretch an axis, replaced by `value`: of base's rank, and of the region's sizes or 1. */
export function putRegion(base: tf.Tensor, value: tf.Tensor, region: readonly Stretch[]): tf.Tensor {
  return runPut({ base, value }, { region });
}

const runPut = fusedKernel<{ base: tf.Tensor; value: tf.Tensor }, { region: readonly Stretch[] }>({
  name: "InsituPutRegion",
  gpu({ base, value }, { region }) {
    const missing = MOST_DIMENSIONS - base.rank;
    const sizes = [...new Array(missing).fill(1), ...base.shape];
    const stretches = [...new Array(missing).fill({ start: 0, step: 1, count: 1 }), ...region] as Stretch[];
    const given = [...new Array(missing).fill(1), ...value.shape] as number[];
    const strides = given.map((d, i) => (d === 1 ? 0 : given.slice(i + 1).reduce((a, b) => a * b, 1)));
    const uniforms = Object.fromEntries(
      stretches.flatMap(({ start, step, count }, i) => [
        [`size${i}`, sizes[i] as number],
        [`start${i}`, start],
        [`step${i}`, step],
        [`count${i}`, count],
        [`stride${i}`, strides[i] as number],
      ]),
    );
    const axes = [3, 2, 1, 0];
    return runGpuProgram({
      key: "putRegion",
      inputs: { base: { tensor: base }, value: { tensor: value } },
      output: { shape: base.shape },
      uniforms: { size: base.size, ...uniforms },
      workgroupSize: 64,
      threads: base.size,
      main: `
  if (index >= u.size) { return; }
  var rest = index;
  var at = 0;
  var inside = true;
  ${axes
    .map(
      (i) => `
  {
    let from0 = rest % u.size${i} - u.start${i};
    rest = rest / u.size${i};
    let place = from0 / u.step${i};
    inside = inside && from0 >= 0 && from0 % u.step${i} == 0 && place < u.count${i};
    at += place * u.stride${i};
  }`,
    )
    .join("")}
  if (inside) { result[index] = value[at]; } else { result[index] = base[index]; }`,
    });
  },
  composition({ base, value }, { region }) {
    const mask = inRegion(base.shape, region);
    // Each axis of the value brought to the base's size, its own entries at their places.
    const spread = region.reduce((x, { start, step, count }, axis) => {
      if ((x.shape[axis] as number) === 1) return x;
      const ids = Int32Array.from({ length: base.shape[axis] as number }, (_, i) =>
        Math.max(0, Math.min(count - 1, Math.floor((i - start) / step))),
      );
      return tf.gather(x, tf.tensor1d(ids, "int32"), axis);
    }, value);
    return tf.where(mask, tf.broadcastTo(spread, base.shape), base);
  },
  saves: ["value"],
  gradient(dy, [value], { region }) {
    return {
      base: () => putRegion(dy, tf.zeros(dy.shape.map(() => 1)), region),
      value: () => {
        const sizes = (value as tf.Tensor).shape;
        const own = tf.stridedSlice(
          dy,
          region.map(({ start }) => start),
          region.map(({ start, step, count }) => start + (count - 1) * step + 1),
          region.map(({ step }) => step),
        );
        const summed = sizes.flatMap((d, i) => (d === 1 && (own.shape[i] as number) !== 1 ? [i] : []));
        return summed.length > 0 ? own.sum(summed, true) : own;
      },
    };
  },
});

function inRegion(shape: readonly number[], region: readonly Stretch[]): tf.Tensor {
  const axes = region.map(({ start, step, count }, axis) => {
    const here = new Uint8Array(shape[axis] as number);
    for (let i = 0; i < count; i++) here[start + i * step] = 1;
    return tf.tensor(
      here,
      shape.map((d, i) => (i === axis ? d : 1)),
      "bool",
    );
  });
  return tf.broadcastTo(
    axes.reduce((a, b) => tf.logicalAnd(a, b)),
    [...shape],
  );
}
