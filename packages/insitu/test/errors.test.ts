/** Bad input: one typed error each, at the user's own line, and nothing left behind. */
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { type GPT2LanguageModel, InsituError, matMul, tensor, type Value, where, zeros } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
  await model.trace(PROMPT, () => model.lm_head.output.save());
  tensors = (await model.memory()).numTensors;
});

/** After every error nothing is left on the device, and the next trace works. */
afterEach(async () => {
  const logits = await model.trace(PROMPT, () => model.lm_head.output.save());
  expect(logits.shape).toEqual([1, 4, 512]);
  expect((await model.memory()).numTensors).toBe(tensors);
});

const h = (i: number) => model.transformer.h[i]!;
const traced = (body: () => unknown) => errorOf(() => model.trace(PROMPT, body));

/** Name, a word of the message, a word of the remedy, the body. */
const RECORDED: [string, RegExp, RegExp, () => unknown][] = [
  ["AsyncBodyError", /returned a promise/, /Leave out async/, async () => h(0).output.save()],
  ["UnknownModuleError", /transformer has no foo/, /It has: .*wte.*ln_f/, () => (model.transformer as never)["foo"]],
  ["UnknownModuleError", /model has no transformers/, /transformer, lm_head/, () => (model as never)["transformers"]],
  ["UnknownModuleError", /no transformer\.h\[7\].*has 3/, /0 to 2/, () => h(7).output.save()],
  ["UnknownModuleError", /no transformer\.h\[-4\]/, /0 to 2/, () => model.transformer.h.at(-4)],
  [
    "UnknownModuleError",
    /source has no foo/,
    /query, key, value, scores, pattern, z/,
    () => (h(0).attn.source as never)["foo"],
  ],
  ["UnknownModuleError", /attn_dropout never runs/, /modules\(\)/, () => h(0).attn.attn_dropout.output.save()],
  [
    "UnknownModuleError",
    /no module "transformer\.h\.0\.ffn"/,
    /ln_1, attn, ln_2, mlp/,
    () => model.get("transformer.h.0.ffn"),
  ],
  ["SliceError", /99 is out of range for dimension 1, of size 4/, /-4 to 3/, () => h(0).output.at(":, 99, :").set(0)],
  ["SliceError", /indexes 4 dimensions, and there are 3/, /surplus/, () => h(0).output.at(":, :, :, 0").save()],
  ["SliceError", /"a:b" is not a slice/, /Python's slice text/, () => h(0).output.at("a:b").save()],
  ["SliceError", /step -1 is not positive/, /reverse/, () => h(0).output.at("::-1").save()],
  [
    "SliceError",
    /mask selects is only known in the run/,
    /where\(mask/,
    () => h(0).output.at(h(0).output.greater(0)).save(),
  ],
  ["SliceError", /\[0\] of a computed value/, /\.at\(0\)/, () => h(0).output.mul(2)[0]],
  [
    "ShapeMismatchError",
    /\[63\] does not fit/,
    /broadcasts/,
    () =>
      h(0)
        .output.at(":, -1, :")
        .set(zeros([63])),
  ],
  [
    "ShapeMismatchError",
    /transformer\.h\.1\.output is float32 \[1, 4, 64\].*\[1, 4, 63\]/,
    /\.set\(/,
    () => (h(1).output = zeros([1, 4, 63])),
  ],
  [
    "ShapeMismatchError",
    /what was assigned is float32 \[2, 4, 64\]/,
    /that shape/,
    () => (h(1).output = zeros([2, 4, 64])),
  ],
  [
    "ShapeMismatchError",
    /\[1, 4, 64\] and \[3\] do not broadcast/,
    /equal or one of them 1/,
    () => h(0).output.add([1, 2, 3]).save(),
  ],
  [
    "ShapeMismatchError",
    /inner dimensions are 64 and 4/,
    /transposeB/,
    () => matMul(h(0).output, zeros([4, 2])).save(),
  ],
  [
    "ShapeMismatchError",
    /lm_head takes \[…, 64\]; it got \[1, 4, 512\]/,
    /reshape/,
    () => model.lm_head(model.lm_head.output).save(),
  ],
  ["ShapeMismatchError", /ragged/, /as long as the others/, () => tensor([[1, 2], [3]]).save()],
  [
    "ArgumentError",
    /attn\.output holds 2 values/,
    /\.output\[0\] = value/,
    () => (h(1).attn.output = zeros([1, 4, 64]) as never),
  ],
  ["ArgumentError", /axis 3 is not one of a value with 3 dimensions/, /-3 to 2/, () => h(0).output.sum(3).save()],
  ["ArgumentError", /k is 513/, /1 to 512/, () => model.lm_head.output.topk(513).values.save()],
  ["ArgumentError", /logicalAnd takes bool/, /Compare first/, () => h(0).output.logicalAnd(true).save()],
  [
    "ArgumentError",
    /undefined is not a value/,
    /a recorded value, numbers/,
    () =>
      h(0)
        .output.add(undefined as never)
        .save(),
  ],
  ["ArgumentError", /ord is "3"/, /euclidean/, () => h(0).output.norm(3).save()],
  ["ArgumentError", /stands among the numbers/, /stack or concat/, () => tensor([h(0).output] as never).save()],
  ["ArgumentError", /assigned undefined/, /\.set\(0\)/, () => (h(0).output = undefined as never)],
  [
    "OrderError",
    /transformer\.h\.0\.output is edited after transformer\.h\.1\.output.*was read/,
    /put the edit before/,
    () => {
      h(1).output.save();
      h(0).output.set(0);
    },
  ],
  [
    "OrderError",
    /would be replaced by something made of transformer\.h\.2\.output, which does not exist yet/,
    /in one trace/,
    () => {
      const later = h(2).output;
      h(0).output.at(":, -1").set(later.at(":, -1"));
    },
  ],
  ["ValueUseError", /used as a JavaScript number/, /\.value after the trace/, () => +h(0).output],
  ["ValueUseError", /used as a JavaScript number or string/, /where/, () => (h(0).output as never) + 1],
  ["ValueUseError", /used as a JavaScript number/, /greater/, () => (h(0).output as never) > 0],
  ["ValueUseError", /used as a JavaScript string/, /\.value/, () => `${h(0).output}`],
  ["ValueUseError", /was iterated/, /\.at\(i\)/, () => [...(h(0).output as never as Iterable<Value>)]],
  [
    "ValueUseError",
    /result of greater is never used/,
    /tracer\.cond or where/,
    () => {
      if (h(0).output.sum().greater(0)) h(1).output.set(0);
      return model.lm_head.output.save();
    },
  ],
  ["NotSavedError", /returned "hidden" that was not saved/, /\.save\(\)/, () => ({ hidden: h(0).output })],
  ["NotSavedError", /not finished/, /Await the trace/, () => h(0).output.save().value],
  ["NotSavedError", /was not saved/, /\.save\(\)/, () => h(0).output.value],
  ["OutsideTraceError", /inside a trace's body/, /after the other/, () => model.record(PROMPT, () => {})],
];

test.each(RECORDED)("%s: %s", async (name, problem, remedy, body) => {
  const error = await traced(body);
  expect(error).toBeInstanceOf(InsituError);
  expect(error.name).toBe(name);
  expect(error.problem).toMatch(problem);
  expect(error.remedy).toMatch(remedy);
  expect(error.line).toMatch(/errors\.test\.ts:\d+:\d+$/);
  expect(error.message).toContain(error.line);
});

test("the line is the very one of the mistake", async () => {
  const here = new Error().stack!.split("\n")[1]!.match(/:(\d+):\d+\)?$/)![1];
  const error = await traced(() => {
    const value = h(0).output;
    value.add([1, 2, 3]);
  });
  expect(Number(error.line!.split(":").at(-2))).toBe(Number(here) + 3);
});

test("outside a trace", async () => {
  expect(await errorOf(() => h(0).output)).toMatchObject({
    name: "OutsideTraceError",
    problem: expect.stringMatching(/transformer\.h\.0\.output was used outside/),
  });
  expect((await errorOf(() => zeros([2]))).name).toBe("OutsideTraceError");
  expect((await errorOf(() => model.lm_head.weight)).name).toBe("OutsideTraceError");
  let kept!: Value;
  await model.trace(PROMPT, () => {
    kept = h(0).output;
    return kept.save();
  });
  const error = await errorOf(() => kept.add(1));
  expect([error.name, error.remedy]).toEqual(["OutsideTraceError", expect.stringMatching(/\.value/)]);
});

test("a recording has ended also after a scan, and after a body that throws", async () => {
  let kept!: Value;
  model.scan(PROMPT, () => {
    kept = h(0).output;
  });
  expect((await errorOf(() => kept.add(1))).name).toBe("OutsideTraceError");
  const mine = new RangeError("mine");
  const body = () => {
    kept = h(0).output;
    throw mine;
  };
  expect(await errorOf(() => model.trace(PROMPT, body))).toBe(mine);
  expect((await errorOf(() => kept.add(1))).name).toBe("OutsideTraceError");
});

test("a value of another trace", async () => {
  let kept!: Value;
  await model.trace(PROMPT, () => {
    kept = h(0).output.save();
  });
  const error = await traced(() => h(0).output.add(kept).save());
  expect([error.name, error.remedy]).toEqual(["ValueUseError", expect.stringMatching(/\.value/)]);
  const sum = await model.trace(PROMPT, () => h(0).output.sub(kept.value).abs().max().save());
  expect(sum.item()).toBe(0);
});

test("a trace that saves nothing is not run, and says so", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  expect(await model.trace(PROMPT, () => h(0).output.set(0))).toBe(undefined);
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/saves nothing.*errors\.test\.ts:\d+/)]]);
  warn.mockRestore();
});

test("what the body throws comes out as it is", async () => {
  const mine = new RangeError("mine");
  expect(
    await errorOf(() =>
      model.trace(PROMPT, () => {
        h(0).output.save();
        throw mine;
      }),
    ),
  ).toBe(mine);
});

test("prompts", async () => {
  const of = (prompt: unknown) => errorOf(() => model.trace(prompt as never, () => h(0).output.save()));
  expect(await of(new Array(129).fill(1))).toMatchObject({
    name: "PromptError",
    problem: expect.stringMatching(/129 tokens.*128 positions/),
  });
  expect(await of([1, 512])).toMatchObject({
    name: "PromptError",
    problem: expect.stringMatching(/id 512 at position 1.*vocabulary of 512/),
  });
  expect(await of([1, -1])).toMatchObject({ name: "PromptError" });
  expect(await of([1.5])).toMatchObject({ name: "PromptError" });
  expect(await of([])).toMatchObject({ name: "PromptError", problem: expect.stringMatching(/empty/) });
  expect(await of(undefined)).toMatchObject({ name: "PromptError", problem: expect.stringMatching(/not a prompt/) });
  expect(await of({ ids: [[1, 2]], mask: [[1]] })).toMatchObject({ name: "PromptError" });
  expect(await of({ ids: [[1, 2]], mask: [[0, 0]] })).toMatchObject({ name: "PromptError" });
  // This checkpoint has no tokenizer.json.
  expect(await of("text")).toMatchObject({
    name: "CheckpointError",
    problem: expect.stringMatching(/tokenizer\.json/),
  });
});

test("a model of another load", async () => {
  const other = await loadInProcess(MODEL);
  const error = await traced(() => other.transformer.h[0]!.output.save());
  expect(error.name).toBe("DisposedError");
  await other.dispose();
  expect((await errorOf(() => other.trace(PROMPT, () => 1))).name).toBe("DisposedError");
});

test("what the engine refuses: programs that nobody recorded", async () => {
  const good = model.record(PROMPT, () => ({ x: where(h(0).output.greater(0), h(0).output, 0).save() }));
  const broken: [string, (p: Damaged) => void][] = [
    ["version", (p) => (p["version"] = 2)],
    ["recorded for", (p) => (p["model"] = "gpt3")],
    ["mode", (p) => (p["mode"] = "fly")],
    ["must be arrays", (p) => (p["nodes"] = {})],
    ["no value before it", (p) => (firstOf(p, "op").inputs = [99, 0])],
    ["no value before it", (p) => (firstOf(p, "op").inputs = [p["nodes"].indexOf(firstOf(p, "op")), 0])],
    ["no operation", (p) => (firstOf(p, "op").op = "eval")],
    ["no place", (p) => (p["nodes"][0] = { ...firstOf(p, "get"), port: "__proto__" })],
    ["unknown kind", (p) => (p["nodes"][0] = { kind: "fetch", url: "/" })],
    ["names invoke 3", (p) => (firstOf(p, "get").invoke = 3)],
    ["outside the vocabulary", (p) => (p["invokes"][0].ids[0][0] = 1e9)],
    ["A save names node", (p) => (p["saves"][0].node = 1e9)],
    [
      "elements",
      (p) =>
        (p["nodes"][0] = {
          kind: "op",
          op: "fill",
          inputs: [],
          attrs: { shape: [1e5, 1e5], value: 0, dtype: "float32" },
        }),
    ],
    ["does not fill", (p) => (p["nodes"][0] = { kind: "const", dtype: "float32", shape: [3], data: [1] })],
    ["row each", (p) => (p["invokes"] = [null])],
    ["not an object", (p) => (p["nodes"][0] = null)],
    ["names backward pass", (p) => p["nodes"].push({ kind: "grad", backward: 0, of: 0 })],
    ["is no loss", (p) => (p["backwards"] = [{ loss: p["nodes"].indexOf(firstOf(p, "get")) }])],
    ["not held", (p) => (p["nodes"][0] = { kind: "held", id: "x", shape: [1], dtype: "float32" })],
    ["no module", (p) => p["nodes"].push({ kind: "skip", module: "nowhere", invoke: 0, value: 0 })],
    ["do not agree", (p) => (p["mode"] = "generate")],
    ["new ones need", (p) => Object.assign(p, { mode: "generate", generation: { maxNewTokens: 1e9 } })],
    ["does not pass at step", (p) => (firstOf(p, "get").step = 7)],
    ["has no rows", (p) => (p["invokes"] = [{ ids: [], tensors: [] }])],
  ];
  for (const [problem, damage] of broken) {
    const program = structuredClone(good);
    damage(program as never);
    const error = await errorOf(() => model.run(program));
    expect(error, problem).toBeInstanceOf(InsituError);
    expect(error.message).toContain(problem);
  }
  expect((await model.run(good))["x"]!.shape).toEqual([1, 4, 64]);
  expect((await errorOf(() => model.run(null as never))).name).toBe("ProgramError");
});

const firstOf = (program: Damaged, kind: string) =>
  program["nodes"].find((node: { kind: string }) => node.kind === kind);

// biome-ignore lint/suspicious/noExplicitAny: these tests break a program in ways that types forbid.
type Damaged = Record<string, any>;
