/** tf.LayersModels of each kind, hooked, against what they give unhooked (layers/make.mjs). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Tensor, type TracedLayersModel, type Value } from "../src/index.ts";
import { errorOf } from "./fixtures.ts";
import BRANCH from "./layers/branch/expected.json";
import CONV from "./layers/conv/expected.json";
import LSTM from "./layers/lstm/expected.json";
import MLP from "./layers/mlp/expected.json";

interface Packed {
  shape: number[];
  data: number[];
}

interface Expected {
  inputs: Packed[];
  outputs: Packed[];
  layers: Record<string, Packed>;
}

const MODELS: Record<string, Expected> = { mlp: MLP, branch: BRANCH, conv: CONV, lstm: LSTM };

export function layersTests(where: string, load: (folder: string) => Promise<TracedLayersModel>): void {
  describe.each(Object.entries(MODELS))(`%s on ${where}`, (name, expected) => {
    let model: TracedLayersModel;
    let tensors: number;
    const given = expected.inputs.map(toTensor);
    const input = given.length === 1 ? given[0]! : { inputs: given };

    beforeAll(async () => {
      model = await load(`packages/insitu/test/layers/${name}/model.json`);
      tensors = (await model.memory()).numTensors;
    });

    afterAll(() => model.dispose());

    test("every layer's output, and the model's", async () => {
      const names = Object.keys(expected.layers);
      const result = await model.trace(input, () => ({
        layers: names.map((layer) => model[layer]!.output.save()),
        outputs: outputsOf(model).map((value) => value.save()),
      }));
      for (const [i, layer] of names.entries()) close(result.layers[i]!, expected.layers[layer]!);
      for (const [i, output] of expected.outputs.entries()) close(result.outputs[i]!, output);
      expect((await model.memory()).numTensors).toBe(tensors);
    });

    test("edits flow on: the head's input zeroed leaves its bias", async () => {
      const { head, output } = await model.trace(input, () => {
        const { head } = model;
        head!.input.set(0);
        return { head: head!.output.save(), output: outputsOf(model)[0]!.save() };
      });
      expect(output.data).toEqual(head.data);
      const width = head.shape.at(-1)!;
      // The same in every row: nothing of the input is left.
      expect(head.data.every((x, i) => Math.abs(x - head.data[i % width]!) < 1e-6)).toBe(true);
      expect((await model.memory()).numTensors).toBe(tensors);
    });

    test("shapes are known without a run; two invokes share the batch; a layer can be skipped", async () => {
      const { head } = expected.layers;
      const scanned = model.scan(input, () => ({ head: model["head"]!.output }));
      expect(scanned.head.shape).toEqual(head!.shape);
      const { first, second, whole } = await model.trace((tracer) => ({
        first: tracer.invoke(input, () => model["head"]!.output.save()),
        second: tracer.invoke(input, () => {
          model["head"]!.output.mul_(2);
          return model["head"]!.output.save();
        }),
        whole: tracer.invoke(() => model["head"]!.output.save()),
      }));
      close(first, head!);
      expect(whole.shape[0]).toBe(2 * first.shape[0]!);
      expect(Math.abs(second.data[0]! - 2 * first.data[0]!)).toBeLessThan(1e-5);
      const skipped = await model.trace(input, () => {
        model["head"]!.skip(new Tensor(head!.shape, "float32", new Float32Array(head!.data.length).fill(3)));
        return outputsOf(model)[0]!.save();
      });
      expect(new Set(skipped.data)).toEqual(new Set([3]));
    });

    test("gradients reach the first layer, parameters are values", async () => {
      const { gradient, kernel } = await model.trace(input, () => {
        const first = model[Object.keys(expected.layers)[0]!]!;
        const out = first.output;
        const gradient = outputsOf(model)[0]!
          .square()
          .sum()
          .backward(() => out.grad.save());
        return { gradient, kernel: (model["head"]!["kernel"] as Value).save() };
      });
      expect(gradient.shape).toEqual(expected.layers[Object.keys(expected.layers)[0]!]!.shape);
      expect(gradient.data.some((x) => x !== 0)).toBe(true);
      expect(kernel.shape.at(-1)).toBe(expected.layers["head"]!.shape.at(-1));
      expect((await model.memory()).numTensors).toBe(tensors);
    });

    test("a list of traces gives what each gives, one by one", async () => {
      const names = Object.keys(expected.layers);
      const results = await model.traceAll(
        input,
        names.map((layer) => () => model[layer]!.output.save()),
      );
      for (const [i, layer] of names.entries()) close(results[i]!, expected.layers[layer]!);
      expect((await model.memory()).numTensors).toBe(tensors);
    });

    test("bad input is refused with the shapes", async () => {
      const wrong = await errorOf(() => model.trace([1, 2, 3], () => model["head"]!.output.save()));
      expect(wrong.name).toBe("PromptError");
      const unknown = await errorOf(() => model.trace(input, () => model["nothing"]!.output.save()));
      expect([unknown.name, unknown.remedy]).toEqual(["UnknownModuleError", expect.stringMatching(/head/)]);
    });
  });
}

const toTensor = ({ shape, data }: Packed): Tensor => new Tensor(shape, "float32", Float32Array.from(data));

/** One output, or several. */
function outputsOf(model: TracedLayersModel): Value[] {
  const { output } = model as unknown as { output: Value | Iterable<Value> };
  return "shape" in output ? [output as Value] : [...(output as Iterable<Value>)];
}

function close(have: Tensor, want: Packed): void {
  expect(have.shape).toEqual(want.shape);
  expect(Math.max(...want.data.map((x, i) => Math.abs(x - have.data[i]!)))).toBeLessThan(1e-4);
}
