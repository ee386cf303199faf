/** Logits are run only at the positions that are read; the numbers are those of all. */
import { SpecIndex, validateProgram } from "@insitu/program";
import { beforeAll, expect, test } from "vitest";
import { planProgram } from "../../engine/src/plan.ts";
import { type GPT2LanguageModel, type Tracer, zeros } from "../src/index.ts";
import { MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

/** The positions that a program's logits are run at. */
function span(body: (tracer: Tracer) => unknown): [number, number] | undefined {
  const program = model.record(PROMPT, body);
  const index = new SpecIndex(model.spec);
  const { logits } = planProgram(program, index, validateProgram(program, index));
  return typeof logits === "object" ? [logits.start, logits.count] : undefined;
}

const logits = () => model.lm_head.output;

test.each([
  [":, -1", [3, 1]],
  ["0, -1", [3, 1]],
  ["0, -1, 5:9", [3, 1]],
  ["None, :, -1", [3, 1]],
  [":, 1:3", [1, 2]],
  [":, 1:", [1, 3]],
  [":, 0::2", [0, 3]],
  [":, [3, 1]", [1, 3]],
  ["[0, 0], [3, 1], [7, 8]", [1, 3]],
  [":, :2, ::100", [0, 2]],
  ["..., -1", undefined],
  ["0", undefined],
  [":, 0:4", undefined],
] as const)("at %s", async (index, wanted) => {
  expect(span(() => logits().at(index).save())).toEqual(wanted);
  const { part } = await model.trace(PROMPT, () => ({ part: logits().at(index).save() }));
  const { whole } = await model.trace(PROMPT, () => ({ whole: logits().save() }));
  const same = whole.at(index);
  expect(part.shape).toEqual(same.shape);
  part.data.forEach((x, i) => void expect(x).toBeCloseTo(same.data[i] as number, 5));
});

test("several readers, of both names of the logits, and of the unembedding's input", async () => {
  const body = () => {
    const first = logits().at(":, 1, 4").save();
    const last = model.output.logits.at(":, 2").argMax(-1).save();
    const hidden = model.lm_head.input.at(":, 2").save();
    return { first, last, hidden };
  };
  expect(span(body)).toEqual([1, 2]);
  const part = await model.trace(PROMPT, body);
  const { whole, input } = await model.trace(PROMPT, () => ({
    whole: logits().save(),
    input: model.lm_head.input.save(),
  }));
  expect(part.first.data[0]).toBeCloseTo(whole.at(0, 1, 4).item(), 5);
  expect(part.hidden.data[5]).toBeCloseTo(input.at(0, 2, 5).item(), 5);
});

test("all are run where any reader takes them whole, or somebody replaces them", () => {
  expect(span(() => [logits().at(":, -1").save(), logits().sum().save()])).toBeUndefined();
  expect(span(() => [logits().at(":, -1").save(), logits().save()])).toBeUndefined();
  expect(
    span(() => {
      logits().at(":, -1").set(0);
      return model.output.logits.at(":, -1").save();
    }),
  ).toBeUndefined();
  expect(
    span(() => {
      model.lm_head.skip(zeros([1, 4, 512]));
      return logits().at(":, -1").save();
    }),
  ).toBeUndefined();
});

test("the last block goes on with the last positions alone, unless somebody looks", async () => {
  const last = () => logits().at(":, -1").save();
  const plain = await model.trace(PROMPT, last);
  const h = () => model.transformer.h[2]!;
  const looks = [
    () => h().output,
    () => h().source.residMid,
    () => h().attn.source.z,
    () => h().attn.source.pattern,
    () => h().attn.output[1],
    () => h().attn.c_proj.input,
    () => h().ln_2.source.scale,
    () => h().mlp.input,
    () => h().mlp.c_fc.output,
    () => h().mlp.output,
    () => model.transformer.ln_f.input,
    () => model.transformer.output.last_hidden_state,
    () => h().attn.c_attn.output,
    () => h().ln_1.output,
  ];
  for (const look of looks) {
    const seen = await model.trace(PROMPT, () => ({ last: last(), value: look().save() }));
    const alone = await model.trace(PROMPT, () => look().save());
    expect(seen.value.shape).toEqual(alone.shape);
    seen.last.data.forEach((x, i) => void expect(x).toBeCloseTo(plain.data[i] as number, 5));
  }
  const { edited, whole } = await model.trace((tracer) => {
    const body = () => {
      h().mlp.output.at(":, -1").mul_(2);
      return logits();
    };
    return {
      edited: tracer.invoke(PROMPT, () => body().at(":, -1").save()) as never as ReturnType<typeof last>,
      whole: tracer.invoke(PROMPT, () => body().at(":, -1").add(0).save()) as never as ReturnType<typeof last>,
    };
  });
  edited.data.forEach((x, i) => void expect(x).toBeCloseTo(whole.data[i] as number, 5));
});

test("invokes of unequal lengths, and gradients through the last position", async () => {
  const lasts = await model.trace(
    (tracer) =>
      [
        tracer.invoke([1, 2, 3, 4, 5], () => logits().at(":, -1").save()),
        tracer.invoke([6, 7], () => logits().at(":, -1").save()),
      ] as const,
  );
  for (const [i, prompt] of [
    [1, 2, 3, 4, 5],
    [6, 7],
  ].entries()) {
    const alone = await model.trace(prompt, () => logits().save());
    const last = alone.at(":, -1");
    (lasts as unknown as (typeof last)[])[i]!.data.forEach(
      (x, at) => void expect(x).toBeCloseTo(last.data[at] as number, 4),
    );
  }
  const gradient = (loss: () => ReturnType<typeof logits>) =>
    model.trace(PROMPT, () => {
      const hidden = model.transformer.h[0]!.output;
      return loss().backward(() => hidden.grad.save());
    });
  const narrow = await gradient(() => logits().at(0, -1, 7));
  const whole = await gradient(() => logits().mul(1).at(0, -1, 7));
  narrow.data.forEach((x, i) => void expect(x).toBeCloseTo(whole.data[i] as number, 5));
});
