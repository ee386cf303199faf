/** Branches on values of the run. */
import { beforeAll, expect, test } from "vitest";
import { type GPT2LanguageModel, ones, zerosLike } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

const h = (i: number) => model.transformer.h[i]!;

test("the side that holds edits, the other does not; both give", async () => {
  for (const yes of [true, false]) {
    const { clean, edited, given } = await model.trace(PROMPT, (tracer) => {
      const clean = h(0).output.clone().save();
      const condition = h(0)
        .output.square()
        .sum()
        .greater(yes ? -1 : 1e9);
      const given = tracer.cond(
        condition,
        () => {
          h(0).output.at(":, -1").set(7);
          return { x: h(0).output.at(0, -1, 0), list: [ones([2])] };
        },
        () => {
          h(0).output = zerosLike(h(0).output);
          return { x: h(0).output.at(0, 0, 0).sub(1), list: [ones([2]).neg()] };
        },
      );
      return { clean, edited: h(1).input.save(), given: { x: given.x.save(), first: given.list[0]!.save() } };
    });
    expect(given.x.item()).toBe(yes ? 7 : -1);
    expect(Array.from(given.first.data)).toEqual(yes ? [1, 1] : [-1, -1]);
    expect(edited.at(0, -1, 0).item()).toBe(yes ? 7 : 0);
    expect(edited.at(0, 0, 0).item()).toBe(yes ? clean.at(0, 0, 0).item() : 0);
  }
});

test("branches within branches, and one side only", async () => {
  const { x } = await model.trace(PROMPT, (tracer) => {
    const always = h(0).output.square().sum().greater(-1);
    tracer.cond(always, () => {
      h(0).output.set(1);
      tracer.cond(always.logicalNot(), () => h(0).output.set(2));
      tracer.cond(always, () => void h(0).output.add_(10));
    });
    return { x: h(0).output.at(0, 0, 0).save() };
  });
  expect(x.item()).toBe(11);
});

test("what is no condition, and sides that differ", async () => {
  const of = (work: (tracer: import("../src/index.ts").Tracer) => unknown) => errorOf(() => model.trace(PROMPT, work));
  expect(await of((t) => t.cond(h(0).output.greater(0), () => {}))).toMatchObject({
    name: "ArgumentError",
    remedy: expect.stringMatching(/\.all\(\)/),
  });
  expect(await of((t) => t.cond(true as never, () => {}))).toMatchObject({ name: "ArgumentError" });
  const always = () => h(0).output.sum().greater(-1e9);
  expect(
    await of((t) =>
      t.cond<unknown>(
        always(),
        () => [ones([1])],
        () => 3,
      ),
    ),
  ).toMatchObject({ name: "ArgumentError", problem: expect.stringMatching(/different things/) });
  expect(await of((t) => t.cond(always(), () => h(0).skip(h(0).input)))).toMatchObject({ name: "ArgumentError" });
});
