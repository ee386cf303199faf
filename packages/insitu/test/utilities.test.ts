/** Caches, sessions, edits, names, scans: what they refuse, and what they leave. */
import { Engine } from "@insitu/engine";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { GPT2LanguageModel, Held, Tensor } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
  tensors = (await model.memory()).numTensors;
});

afterEach(async () => {
  expect((await model.memory()).numTensors).toBe(tensors);
});

const h = (i: number) => model.transformer.h[i]!;

test("caches: patterns, expressions, dtype, inputs; what is not there", async () => {
  const { some, ints, none } = await model.trace(PROMPT, (tracer) => ({
    some: tracer.cache({ modules: ["transformer.h.*.mlp", /attn\.c_proj$/], includeInputs: true }),
    ints: tracer.cache({ modules: [h(0)], dtype: "int32" }),
    none: tracer.cache({ modules: ["lm_head"] }),
  }));
  expect(some.keys()).toEqual([0, 1, 2].flatMap((i) => [`transformer.h.${i}.attn.c_proj`, `transformer.h.${i}.mlp`]));
  expect((some.get("transformer.h.1.mlp").input as Tensor).shape).toEqual([1, 4, 64]);
  expect((ints.get("transformer.h.0").output as { dtype: string }).dtype).toBe("int32");
  expect(await errorOf(() => none.get("transformer.h.0"))).toMatchObject({
    name: "UnknownModuleError",
    remedy: "It holds: lm_head.",
  });
  expect((await errorOf(() => none.get("lm_head").input)).name).toBe("ArgumentError");
  const unknown = await errorOf(() => model.trace(PROMPT, (tracer) => tracer.cache({ modules: ["transformer.h.9"] })));
  expect(unknown).toMatchObject({ name: "UnknownModuleError", problem: expect.stringMatching(/transformer\.h\.9/) });
});

test("sessions: held values live until the end, also of one that fails", async () => {
  let held!: Held;
  const mine = new RangeError("mine");
  expect(
    await errorOf(() =>
      model.session(async () => {
        held = await model.trace(PROMPT, () => h(0).output.hold());
        expect((await held.read()).shape).toEqual([1, 4, 64]);
        expect((await model.memory()).numTensors).toBe(tensors + 1);
        throw mine;
      }),
    ),
  ).toBe(mine);
  expect((await model.memory()).numTensors).toBe(tensors);
  expect((await errorOf(() => held.read())).name).toBe("DisposedError");
  expect((await errorOf(() => model.trace(PROMPT, () => h(0).output.add(held).save()))).name).toBe("DisposedError");
  expect((await errorOf(() => model.trace(PROMPT, () => h(0).output.hold()))).name).toBe("OutsideTraceError");
  expect((await errorOf(() => model.session(() => model.session(async () => {})))).name).toBe("OutsideTraceError");
});

test("a held value is an operand as any other, and nothing is read back for it", async () => {
  const run = vi.spyOn(Engine.prototype, "run");
  const difference = await model.session(async () => {
    const { x, y } = await model.trace(PROMPT, () => ({ x: h(0).output.hold(), y: h(1).output.at(":, -1").hold() }));
    return model.trace(PROMPT, () => ({
      x: h(0).output.sub(x).abs().max().save(),
      y: h(1).output.at(":, -1").sub(y).abs().max().save(),
    }));
  });
  expect([difference.x.item(), difference.y.item()]).toEqual([0, 0]);
  expect((await run.mock.results[0]!.value).value.stats.bytesRead).toBe(0);
  run.mockRestore();
});

test("a scan runs nothing", () => {
  const run = vi.spyOn(Engine.prototype, "run");
  const { logits, keys } = model.scan(PROMPT, () => ({ logits: model.lm_head.output, keys: h(0).attn.source.key }));
  expect([logits, keys]).toEqual([
    { shape: [1, 4, 512], dtype: "float32" },
    { shape: [1, 4, 4, 16], dtype: "float32" },
  ]);
  expect(run).not.toHaveBeenCalled();
  run.mockRestore();
});

test("a scan's skips are checked as a trace's are", async () => {
  const scan = () =>
    model.scan((tracer) => {
      tracer.invoke(PROMPT, () => h(1).skip(h(1).input));
      tracer.invoke(PROMPT, () => {});
    });
  expect((await errorOf(scan)).name).toBe("OrderError");
});

test("names of other libraries, and names of one's own", async () => {
  const { a, b, c } = await model.trace(PROMPT, () => ({
    a: model.hook("blocks.1.attn.hook_pattern").sub(h(1).attn.source.pattern).abs().max().save(),
    b: model.hook("blocks.2.hook_resid_post").sub(h(2).output).abs().max().save(),
    c: model.hook("hook_embed").sub(model.transformer.wte.output).abs().max().save(),
  }));
  expect([a.item(), b.item(), c.item()]).toEqual([0, 0, 0]);
  expect(await errorOf(() => model.trace(PROMPT, () => model.hook("blocks.0.hook_foo")))).toMatchObject({
    name: "ArgumentError",
    remedy: expect.stringMatching(/hook_resid_pre/),
  });
  expect((await errorOf(() => model.trace(PROMPT, () => model.hook("blocks.9.hook_resid_pre")))).name).toBe(
    "UnknownModuleError",
  );
  expect(await errorOf(() => loadInProcess(MODEL, { rename: { attn: "mlp" } }))).toMatchObject({
    name: "ArgumentError",
    problem: expect.stringMatching(/would hide/),
  });
  expect((await errorOf(() => loadInProcess(MODEL, { rename: { attention: "attn2" } }))).name).toBe(
    "UnknownModuleError",
  );
});

test("an edit serves traces and generations; copies are independent", async () => {
  const edited = model.edit((tracer) => tracer.all(() => h(0).output.at(":, -1").set(0)));
  const both = edited.edit(() => h(2).mlp.output.set(0));
  const last = (of: GPT2LanguageModel) =>
    of.trace(PROMPT, () => ({ h0: h(0).output.at(0, -1).save(), mlp: h(2).mlp.output.save() }));
  const zero = (data: ArrayLike<number>) => Array.from(data).every((x) => x === 0);
  const [plain, one, two] = [await last(model), await last(edited), await last(both)];
  expect([zero(plain.h0.data), zero(one.h0.data), zero(two.h0.data)]).toEqual([false, true, true]);
  expect([zero(plain.mlp.data), zero(one.mlp.data), zero(two.mlp.data)]).toEqual([false, false, true]);
  const ids = await edited.generate(PROMPT, { maxNewTokens: 2 });
  expect(ids.shape).toEqual([1, 6]);
});

test("a module skipped with a value of another shape, or one that cannot be skipped", async () => {
  const of = (body: () => unknown) => errorOf(() => model.trace(PROMPT, body));
  expect((await of(() => h(0).skip([1, 2]))).name).toBe("ShapeMismatchError");
  expect((await of(() => (model.transformer.wte as { skip(v: unknown): void }).skip(h(1).output))).name).toBe(
    "OrderError",
  );
});
