/**
 * Makes the small tf.LayersModels of these tests, with what each gives unhooked:
 *
 *     node packages/insitu/test/layers/make.mjs
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../engine/package.json", import.meta.url));
const tf = require("@tensorflow/tfjs");
const HERE = new URL("./", import.meta.url);
let seed = 1;
const init = () => ({
  kernelInitializer: tf.initializers.randomNormal({ stddev: 0.5, seed: seed++ }),
  biasInitializer: tf.initializers.randomNormal({ stddev: 0.5, seed: seed++ }),
});

function mlp() {
  return tf.sequential({
    layers: [
      tf.layers.dense({ name: "hidden", units: 5, activation: "relu", inputShape: [4], ...init() }),
      tf.layers.dropout({ name: "drop", rate: 0.5 }),
      tf.layers.dense({ name: "head", units: 3, activation: "softmax", ...init() }),
    ],
  });
}

function branch() {
  const x = tf.input({ shape: [4], name: "x" });
  const y = tf.input({ shape: [2], name: "y" });
  const left = tf.layers.dense({ name: "left", units: 3, activation: "tanh", ...init() }).apply(x);
  const right = tf.layers.dense({ name: "right", units: 3, ...init() }).apply(y);
  const sum = tf.layers.add({ name: "sum" }).apply([left, right]);
  const joined = tf.layers.concatenate({ name: "joined" }).apply([sum, left]);
  const head = tf.layers.dense({ name: "head", units: 2, ...init() }).apply(joined);
  return tf.model({ inputs: [x, y], outputs: [head, sum] });
}

function conv() {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        name: "conv",
        filters: 3,
        kernelSize: 3,
        activation: "relu",
        inputShape: [8, 8, 1],
        ...init(),
      }),
      tf.layers.maxPooling2d({ name: "pool", poolSize: 2 }),
      tf.layers.flatten({ name: "flat" }),
      tf.layers.dense({ name: "head", units: 2, ...init() }),
    ],
  });
}

function lstm() {
  return tf.sequential({
    layers: [
      tf.layers.lstm({
        name: "lstm",
        units: 4,
        returnSequences: true,
        inputShape: [null, 3],
        ...init(),
        recurrentInitializer: tf.initializers.randomNormal({ stddev: 0.5, seed: seed++ }),
      }),
      tf.layers.dense({ name: "head", units: 2, ...init() }),
    ],
  });
}

const numbers = (shape, n) => tf.randomNormal(shape, 0, 1, "float32", 100 + n);
const pack = (t) => ({ shape: t.shape, data: Array.from(t.dataSync()) });

const MODELS = {
  mlp: [mlp(), [numbers([2, 4], 1)], ["hidden", "head"]],
  branch: [branch(), [numbers([3, 4], 2), numbers([3, 2], 3)], ["left", "right", "sum", "joined", "head"]],
  conv: [conv(), [numbers([2, 8, 8, 1], 4)], ["conv", "pool", "flat", "head"]],
  lstm: [lstm(), [numbers([2, 6, 3], 5)], ["lstm", "head"]],
};

for (const [name, [model, inputs, layers]] of Object.entries(MODELS)) {
  const folder = new URL(`${name}/`, HERE);
  mkdirSync(folder, { recursive: true });
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = weightData instanceof ArrayBuffer ? weightData : tf.io.concatenateArrayBuffers(weightData);
      writeFileSync(new URL("weights.bin", folder), new Uint8Array(bytes));
      const manifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
      writeFileSync(
        new URL("model.json", folder),
        `${JSON.stringify({ format: "layers-model", modelTopology, weightsManifest: manifest })}\n`,
      );
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    }),
  );
  const x = inputs.length === 1 ? inputs[0] : inputs;
  const outputs = [model.predict(x)].flat();
  // Each layer's own output, by a model cut off there.
  const inner = Object.fromEntries(
    layers.map((layer) => [
      layer,
      pack(tf.model({ inputs: model.inputs, outputs: model.getLayer(layer).output }).predict(x)),
    ]),
  );
  writeFileSync(
    new URL("expected.json", folder),
    `${JSON.stringify({ inputs: inputs.map(pack), outputs: outputs.map(pack), layers: inner })}\n`,
  );
}
