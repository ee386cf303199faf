/** Many programs in one request: the numbers of one by one. */
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { GPT2LanguageModel, Prompt, Tensor, TraceProgram } from "../src/index.ts";
import { errorOf, expectClose, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";
import { checkRagged } from "./ragged.ts";

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

beforeEach(async () => {
  tensors = (await model.memory()).numTensors;
});

afterEach(async () => {
  expect((await model.memory()).numTensors).toBe(tensors);
});

const h = (i: number) => model.transformer.h[i]!;
const OTHER = [7, 100, 3, 4];
const UNEQUAL = [
  [9, 8, 7, 6, 5],
  [3, 4],
];
const logitsOf = (of: GPT2LanguageModel) => of.lm_head.output.save();
const logits = () => logitsOf(model);

type Body = () => unknown;

/** Runs the programs both ways, and compares. */
async function compare(programs: TraceProgram[], options = {}): Promise<void> {
  const together = await model.traceAll(programs, options);
  expect(together).toHaveLength(programs.length);
  for (const [i, program] of programs.entries()) {
    const alone = await model.run(program);
    expect(Object.keys(together[i]!)).toEqual(Object.keys(alone));
    for (const [name, tensor] of Object.entries(alone)) expectClose(together[i]![name]!, tensor, `${i} ${name}`);
  }
}

/** Edits of every kind of place, each with a read before, at and after it. */
const EDITS: Record<string, () => void> = {
  "token ids": () => model.transformer.wte.input.at(0, 1).set(9),
  "token embeddings": () => model.transformer.wte.output.at(":, 1").set(0.1),
  "position ids": () => model.transformer.wpe.input.at(0, 1).set(3),
  "position embeddings": () => model.transformer.wpe.output.mul_(1.5),
  embeddings: () => model.transformer.drop.output.at(":, -1").set(0),
  "the stream": () => h(1).output.at(":, -1").mul_(0.5),
  "the input of a block": () => h(2).input.at(":, 0").set(0),
  "the middle of a block": () => h(1).source.residMid.at(":, 1").add_(1),
  "attention's output": () => h(1).attn.output[0].at(":, -1").set(0),
  "a query": () => h(1).attn.source.query.mul_(2),
  "a key and a value": () => {
    h(0).attn.source.key.at(":, 1").mul_(2);
    h(0).attn.source.value.at(":, 2").set(0);
  },
  scores: () => h(2).attn.source.scores.mul_(0.5),
  "a pattern": () => h(1).attn.source.pattern.at(":, 0").set(0.25),
  "a head's z": () => h(1).attn.source.z.at(":, -1, 2").set(0),
  "the mlp's output": () => h(0).mlp.output.mul_(0),
  "the mlp's inside": () => h(2).mlp.act.output.at("..., :10").set(0),
  "a norm's scale": () => h(1).ln_1.source.scale.mul_(1.1),
  "the last norm": () => model.transformer.ln_f.output.at(":, -1").mul_(2),
  "the logits": () => model.lm_head.output.at("..., 5").set(3),
  "a block left out": () => h(1).skip(h(1).input),
  "attention left out": () => h(1).attn.skip(h(1).attn.input.mul(0.5)),
  "an mlp left out": () => h(0).mlp.skip(h(0).mlp.input.mul(0)),
  "an embedding left out": () => model.transformer.wte.skip(model.transformer.wte.weight.at(":4").expandDims(0)),
  "the embeddings' sum left out": () => model.transformer.drop.skip(model.transformer.drop.input.mul(2)),
  "the last norm left out": () => model.transformer.ln_f.skip(model.transformer.ln_f.input),
  "the head left out": () => model.lm_head.skip(model.lm_head(model.lm_head.input.mul(2))),
  "several places": () => {
    h(0).mlp.output.at(":, 1").set(0);
    h(1).attn.source.pattern.at(":, 1").set(0);
    h(2).output.add_(h(0).output);
    model.lm_head.output.mul_(0.5);
  },
};

const edited = (edit: () => void) => () => {
  const before = model.input.clone().save();
  edit();
  return { before, pattern: h(2).attn.source.pattern.save(), middle: h(1).output.save(), logits: logits() };
};

test.each(Object.entries(EDITS))("an edit of %s", async (_, edit) => {
  await compare([
    model.record(
      PROMPT,
      edited(() => h(2).output.add_(0.1)),
    ),
    model.record(PROMPT, edited(edit)),
    model.record(
      PROMPT,
      edited(() => h(0).output.at(":, 2").set(0)),
    ),
    model.record(PROMPT, logits),
    model.record(PROMPT, () => {
      edit();
      return h(1).output.at(":, 0").save();
    }),
  ]);
});

const everything = (prompt: Prompt, names = Object.keys(EDITS)) =>
  names.map((name) => model.record(prompt, edited(EDITS[name]!)));

test.each([2 ** 28, 30_000, 1])("all of them at once, %d bytes a pass", { timeout: 30_000 }, async (chunkBytes) => {
  await compare(everything(PROMPT), { chunkBytes });
});

test("rows of unequal length, padded on the left", async () => {
  const names = Object.keys(EDITS).filter((name) => name !== "an embedding left out");
  await compare(everything(UNEQUAL, names));
});

test("padding that attends to nothing, as either attention has it", async () => {
  const other = await loadInProcess(MODEL, { attnImplementation: "sdpa" });
  const damped = () => {
    other.transformer.h[1]!.output.mul_(0.5);
    return logitsOf(other);
  };
  const bodies = [() => logitsOf(other), damped];
  const together = await other.traceAll(UNEQUAL, bodies);
  for (const [i, body] of bodies.entries()) expectClose(together[i]!, await other.trace(UNEQUAL, body));
  await other.dispose();
});

test("several invokes, each edited alone", async () => {
  const two = (body: (i: number) => void) =>
    model.record((tracer) => {
      tracer.invoke([9, 8, 7, 6, 5], () => body(0));
      tracer.invoke([3, 4], () => body(1));
      return { all: tracer.invoke(() => logits()) };
    });
  await compare([
    two((i) => i === 0 && h(1).output.at(":, -1").set(0)),
    two((i) => i === 1 && h(0).attn.source.z.at(":, :, 1").set(0)),
    two(() => h(1).mlp.skip(h(1).mlp.input)),
    two(() => {}),
  ]);
});

test("mixed prompts, and programs that run alone, come in order", async () => {
  const patch: Body = () => {
    h(1).output.at(":, 1").set(0);
    return { logits: logits() };
  };
  await compare([
    model.record(PROMPT, patch),
    model.recordGenerate(PROMPT, { maxNewTokens: 3 }, (tracer) => ({ ids: tracer.result.save() })),
    model.record(OTHER, patch),
    model.record(PROMPT, () => {
      const hidden = h(1).output;
      return model.lm_head.output.sum().backward(() => ({ gradient: hidden.grad.save() }));
    }),
    model.record(PROMPT, () => ({ weight: model.transformer.wpe.weight.at(0).save() })),
    model.record(OTHER, () => ({ first: h(0).output.save() })),
    model.record(PROMPT, patch),
  ]);
});

test("bodies give what they return", async () => {
  const results = await model.traceAll(
    PROMPT,
    [0, 1, 2].map((layer) => () => {
      h(layer).output.at(":, -1").set(0);
      return { layer, best: model.lm_head.output.at(0, -1).argMax().save() };
    }),
  );
  expect(results.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  const best: number = results[1]!.best.item();
  expect(Number.isInteger(best)).toBe(true);
  expect(await model.traceAll([])).toEqual([]);
  expect(await model.traceAll(PROMPT, [])).toEqual([]);
  expect((await errorOf(() => model.traceAll(PROMPT as never))).name).toBe("ProgramError");
});

test("in a session, held values are operands of every variant", async () => {
  const { together, alone, programs, held } = await model.session(async () => {
    const clean = await model.trace(OTHER, () => [0, 1, 2, 3].map((p) => h(1).output.at(":", p).hold()));
    const bodies = clean.map((value, position) => () => {
      h(1).output.at(":", position).set(value);
      return { logits: logits() };
    });
    const alone: { logits: Tensor }[] = [];
    for (const body of bodies) alone.push(await model.trace(PROMPT, body));
    const holding = await model.traceAll(
      PROMPT,
      [0, 1].map((layer) => () => h(layer).output.hold()),
    );
    return {
      together: await model.traceAll(PROMPT, bodies),
      programs: await model.traceAll(bodies.map((body) => model.record(PROMPT, body))),
      alone,
      held: await holding[1]!.read(),
    };
  });
  for (const i of [0, 1, 2, 3]) {
    expectClose(together[i]!.logits, alone[i]!.logits);
    expectClose(programs[i]!["logits"]!, alone[i]!.logits);
  }
  expectClose(held, await model.trace(PROMPT, () => h(1).output.save()));
});

test("a value saved twice comes back twice", async () => {
  const twice = () => {
    const x = h(0).output;
    return [x.save(), x.save(), model.input.save(), model.input.save()];
  };
  await compare([model.record(PROMPT, twice), model.record(PROMPT, twice)]);
});

test("variants that begin at the first position they edit: every place, every read, padded rows", async () => {
  await checkRagged(model);
}, 60_000);
