/** A trace is plain data: it survives JSON, obeys its schema, and runs the same elsewhere. */
import { OPS } from "@insitu/program";
import SCHEMA from "@insitu/program/schema.json";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, test } from "vitest";
import { type GPT2LanguageModel, randomNormal, stack, type TraceProgram, tensor, where } from "../src/index.ts";
import { MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;
const validate = new Ajv2020({ strict: false }).compile(SCHEMA);

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

/** A body that holds every kind of node, and every kind of index term. */
const body = () => {
  const block = model.transformer.h[1]!;
  block.mlp.output = block.mlp.output.add(randomNormal([64], 0, 0.01, 3));
  const { output } = block;
  output.at(":, -1").set(0);
  output.at(0, [0, 2], ":8").add_(tensor(new Float32Array(8).fill(0.1)));
  output.at(output.greater(2)).mul_(0.5);
  const lens = model.lm_head(model.transformer.ln_f(output));
  const best = lens.at(0, -1).argMax();
  return {
    best: best.save(),
    nested: { states: [output.at("...", null, 0).save(), where(output.less(0), output, 1).norm().save()] },
    weight: model.transformer.wte.weight.at(best).save(),
    stacked: stack([output.mean(-1), output.max(-1)]).save(),
  };
};

test("recorded, sent through JSON, run: the same numbers", async () => {
  const direct = await model.trace(PROMPT, body);
  const program = JSON.parse(JSON.stringify(model.record(PROMPT, body)));
  expect(validate(program), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  const replayed = await model.run(program);
  expect(Object.keys(replayed).sort()).toEqual(["best", "nested.states.0", "nested.states.1", "stacked", "weight"]);
  expect(replayed["best"]!.item()).toBe(direct.best.item());
  expect(Array.from(replayed["nested.states.0"]!.data)).toEqual(Array.from(direct.nested.states[0]!.data));
  expect(Array.from(replayed["weight"]!.data)).toEqual(Array.from(direct.weight.data));
  expect(Array.from(replayed["stacked"]!.data)).toEqual(Array.from(direct.stacked.data));
});

test("every kind of program obeys the schema, and runs from JSON as it ran directly", async () => {
  const programs: TraceProgram[] = [
    model.recordGenerate(PROMPT, { maxNewTokens: 3, doSample: true, topK: 4, seed: 2 }, (tracer) => {
      tracer.iter("1:", () => model.transformer.h[0]!.output.at(":, -1").mul_(0.5));
      return { ids: tracer.result.save() };
    }),
    model.record(PROMPT, () => {
      const hidden = model.transformer.h[1]!.output;
      return model.lm_head.output.sum().backward(() => {
        hidden.grad.mul_(2);
        return { gradient: hidden.grad.save() };
      });
    }),
    model.record((tracer) => {
      tracer.invoke(PROMPT, () => model.transformer.h[1]!.skip(model.transformer.h[1]!.input));
      tracer.invoke({ ids: [[0, 5]], mask: [[0, 1]] }, () =>
        model.transformer.h[1]!.skip(model.transformer.h[1]!.input),
      );
      return { all: tracer.invoke(() => model.lm_head.output.save()) };
    }),
  ];
  for (const program of programs) {
    const sent = JSON.parse(JSON.stringify(program));
    expect(validate(sent), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(await model.run(sent)).toEqual(await model.run(program));
  }
});

test("the schema refuses what is no program, and lists the ops of the table", () => {
  const program = model.record(PROMPT, body);
  for (const damage of [
    { version: 2 },
    { nodes: [{ kind: "eval", code: "1" }] },
    { saves: [{}] },
    { extra: 1 },
    { invokes: [] },
  ]) {
    expect(validate({ ...program, ...damage })).toBe(false);
  }
  expect([...SCHEMA.$defs.op.properties.op.enum].sort()).toEqual(Object.keys(OPS).sort());
});

test("values are typed by what they become", async () => {
  const result = await model.trace(PROMPT, () => ({
    a: model.lm_head.output.save(),
    n: 3,
    list: [model.input.save()],
  }));
  const { shape } = result.a;
  const n: number = result.n;
  expect([shape, n, result.list[0]!.dtype]).toEqual([[1, 4, 512], 3, "int32"]);
  // Outer variables work as in nnsight, and `.value` is there after the trace.
  let hidden!: ReturnType<typeof model.transformer.ln_f>;
  await model.trace(PROMPT, () => {
    hidden = model.transformer.h[0]!.output.save();
  });
  expect(hidden.value.shape).toEqual([1, 4, 64]);
});
