/** A tf.LayersModel made here, by tfjs, and traced in the engine without a file between. */
import { expect, test } from "vitest";
import * as tf from "../../engine/src/tf.ts";
import type { TracedLayersModel } from "../src/index.ts";

export type Artifacts = tf.io.ModelArtifacts;

export function inMemoryTest(
  where: string,
  load: (artifacts: Artifacts) => Promise<TracedLayersModel>,
  around: (work: () => Promise<void>) => Promise<void> = (work) => work(),
): void {
  test.each(["in one piece", "in pieces"])(`what model.save hands over, its weights %s, on ${where}`, async (how) => {
    const { artifacts, x, hidden, head } = await made();
    const bytes = artifacts.weightData as ArrayBuffer;
    const weightData = how === "in pieces" ? [bytes.slice(0, 24), bytes.slice(24)] : bytes;
    await around(async () => {
      const model = await load({ ...artifacts, weightData });
      const { numTensors } = await model.memory();
      expect(model.modules().map(({ path }) => path)).toEqual(["", "hidden", "head"]);
      const seen = await model.trace(x, () => ({
        hidden: model["hidden"]!.output.save(),
        head: model["head"]!.output.save(),
      }));
      near(seen.hidden.data, hidden);
      near(seen.head.data, head);
      const edited = await model.trace(x, () => {
        model["hidden"]!.output.set(0);
        return model["head"]!.output.save();
      });
      // No bias in it: zeros stay zeros, and their softmax is even.
      near(edited.data, new Float32Array(6).fill(1 / 3));
      expect((await model.memory()).numTensors).toBe(numTensors);
      await model.dispose();
    });
    // Copied, not taken: the page may load it again.
    expect(bytes.byteLength).toBe(4 * (4 * 5 + 5 + 5 * 3));
  });
}

/** A model with what it gives for two rows, by tfjs itself. */
export async function made() {
  const init = (seed: number) => ({ kernelInitializer: tf.initializers.randomNormal({ stddev: 0.5, seed }) });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: "hidden", units: 5, activation: "tanh", inputShape: [4], ...init(1) }),
      tf.layers.dense({ name: "head", units: 3, activation: "softmax", useBias: false, ...init(2) }),
    ],
  });
  const x = [
    [1, 0, -1, 2],
    [0, 3, 1, 1],
  ];
  const hidden = model.layers[0]!.apply(tf.tensor2d(x)) as tf.Tensor;
  const head = model.layers[1]!.apply(hidden) as tf.Tensor;
  let artifacts: Artifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  const result = { artifacts: artifacts!, x, hidden: await hidden.data(), head: await head.data() };
  tf.dispose([hidden, head]);
  model.dispose();
  return result as typeof result & Record<"hidden" | "head", Float32Array>;
}

function near(have: ArrayLike<number>, want: ArrayLike<number>): void {
  expect(have.length).toBe(want.length);
  expect(Math.max(...Array.from(want, (x, i) => Math.abs(x - have[i]!)))).toBeLessThan(1e-5);
}
