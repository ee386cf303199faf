/** Many programs in one request: the numbers of one by one, with what they share computed once. */
import { Engine } from "@insitu/engine";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Block } from "../../engine/src/modules/block.ts";
import { KERNELS } from "../../engine/src/ops/table.ts";
import type { GPT2LanguageModel, Prompt, RunProgress, Tensor, TraceProgram } from "../src/index.ts";
import { errorOf, MODEL, PROMPT } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
});

beforeEach(async () => {
  tensors = (await model.memory()).numTensors;
});

afterEach(async () => {
  vi.restoreAllMocks();
  expect((await model.memory()).numTensors).toBe(tensors);
});

const h = (i: number) => model.transformer.h[i]!;
const OTHER = [7, 100, 3, 4];
const UNEQUAL = [
  [9, 8, 7, 6, 5],
  [3, 4],
];
const logits = () => model.lm_head.output.save();

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

function expectClose(a: Tensor, b: Tensor, what = ""): void {
  expect([a.shape, a.dtype], what).toEqual([b.shape, b.dtype]);
  const difference = Array.from(a.data, (x, i) => Math.abs(x - b.data[i]!)).reduce((m, x) => Math.max(m, x), 0);
  expect(difference, what).toBeLessThan(1e-5);
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

test("all of them at once, and with a budget for few", async () => {
  await compare(everything(PROMPT));
  await compare(everything(PROMPT), { chunkBytes: 30_000 });
  await compare(everything(PROMPT), { chunkBytes: 1 });
});

test("rows of unequal length, padded on the left", async () => {
  const names = Object.keys(EDITS).filter((name) => name !== "an embedding left out");
  await compare(everything(UNEQUAL, names));
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

describe("what is shared", () => {
  /** How many rows each block ran on, and how often. */
  const rowsSeen = () => {
    const forward = vi.spyOn(Block.prototype, "forward");
    return () => forward.mock.calls.map(([x]) => x.shape[0]);
  };
  const last = (layer: number, position: number) => () => {
    h(layer).output.at(":", position).mul_(0.5);
    return logits();
  };

  test("variants join where they first differ", async () => {
    const seen = rowsSeen();
    await model.traceAll(
      PROMPT,
      Array.from({ length: 20 }, (_, i) => last(i < 4 ? 1 : 2, i % 4)),
    );
    expect(seen()).toEqual([1, 1, 5]);
    seen();
    const mids = rowsSeen();
    await model.traceAll(
      PROMPT,
      Array.from({ length: 3 }, (_, i) => () => {
        h(1).mlp.output.mul_(i);
        return logits();
      }),
    );
    // Their second halves of block 1 have four rows: the first half was shared.
    expect(mids().slice(3)).toEqual([1, 1, 4]);
  });

  test("programs that edit nothing add no rows, and the pass ends where the last one ends", async () => {
    const seen = rowsSeen();
    await model.traceAll(PROMPT, [() => h(0).output.save(), () => h(1).attn.source.z.save(), () => h(0).input.save()]);
    expect(seen()).toEqual([1, 1]);
  });

  test("an edit that many begin with is made once, on the shared rows", async () => {
    const noisy = (layer: number, position: number) => () => {
      model.transformer.wte.output.at(":, 1:3").add_(0.5);
      h(layer).output.at(":", position).set(0.25);
      return logits();
    };
    const bodies = [0, 1, 2].flatMap((layer) => [0, 1, 2, 3].map((position) => noisy(layer, position)));
    const seen = rowsSeen();
    const together = await model.traceAll(PROMPT, [logits, ...bodies]);
    // The clean program has a pass of its own.
    expect(seen()).toEqual([1, 1, 1, 1, 5, 9]);
    for (const [i, body] of [logits, ...bodies].entries()) expectClose(together[i]!, await model.trace(PROMPT, body));
    await compare(
      bodies.map((body) => model.record(PROMPT, body)),
      { chunkBytes: 40_000 },
    );
  });

  test("the same program many times over is one pass of one row", async () => {
    const seen = rowsSeen();
    const results = await model.traceAll(
      PROMPT,
      Array.from({ length: 10 }, () => last(1, 1)),
    );
    expect(seen()).toEqual([1, 1, 1]);
    expectClose(results[9]!, await model.trace(PROMPT, last(1, 1)));
  });

  test("an edited model's edit is shared as well", async () => {
    const edited = model.edit(() => void h(0).mlp.output.mul_(0.5));
    const bodies = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => last(1, i % 4));
    const seen = rowsSeen();
    const together = await edited.traceAll(PROMPT, bodies);
    expect(seen()).toEqual([1, 1, 9]);
    for (const [i, body] of bodies.entries()) expectClose(together[i]!, await edited.trace(PROMPT, body));
  });

  test("a small budget makes more passes, never of more rows than it allows", async () => {
    const run = vi.spyOn(Engine.prototype, "runAll");
    const seen = rowsSeen();
    const logitsRow = 4 * 512 * 4;
    await model.traceAll(
      PROMPT,
      Array.from({ length: 10 }, (_, i) => () => {
        h(0).output.at(":, 1").mul_(i);
        return model.lm_head.output.at(0, -1, ":3").save();
      }),
      { chunkBytes: 5 * logitsRow },
    );
    expect((await run.mock.results[0]!.value).value.stats).toMatchObject({ passes: 4, bytesRead: 120, alone: 0 });
    expect(Math.max(...seen().map(Number))).toBe(4);
  });
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

describe("errors", () => {
  const good = () => model.record(PROMPT, logits);

  test("a program that is wrong is named, and nothing runs", async () => {
    const forward = vi.spyOn(Block.prototype, "forward");
    const bad = good();
    bad.nodes.push({ kind: "op", op: "nothing", inputs: [0], line: "here.ts:1:2" });
    const error = await errorOf(() => model.traceAll([good(), good(), bad]));
    expect(error).toMatchObject({ line: "here.ts:1:2", details: { program: 2 } });
    expect(error.message).toMatch(/^Program 2: .*nothing/);
    expect(forward).not.toHaveBeenCalled();
  });

  test("a body that is wrong is named at its line", async () => {
    const error = await errorOf(() => model.traceAll(PROMPT, [logits, () => h(1).output.at(":, 99").save()]));
    expect(error).toMatchObject({ name: "SliceError", details: { program: 1 } });
    expect(error.line).toMatch(/sweep\.test\.ts/);
  });

  test("a program that fails in the run is named, and nothing is left", async () => {
    const program = () =>
      model.record(PROMPT, () => {
        h(1).output.at(":, 1").set(0);
        return model.lm_head.output.norm().save();
      });
    const norm = vi.spyOn(KERNELS as { norm: () => never }, "norm").mockImplementationOnce(() => {
      throw new Error("out of luck");
    });
    const error = await errorOf(() => model.traceAll([good(), program(), program()]));
    expect(norm).toHaveBeenCalledTimes(1);
    expect(error).toMatchObject({ name: "RunError", details: { program: 1 } });
    expect(error.message).toMatch(/out of luck/);
    expect(error.line).toMatch(/sweep\.test\.ts/);
  });

  test("a budget that is none", async () => {
    expect((await errorOf(() => model.traceAll([good()], { chunkBytes: 0 }))).message).toMatch(/chunkBytes is 0/);
  });
});

describe("progress and cancel", () => {
  const bodies = Array.from({ length: 12 }, (_, i) => () => {
    h(0).output.at(":, 1").mul_(i);
    return logits();
  });
  const few = { chunkBytes: 60_000 };

  test("progress is told as programs are done", async () => {
    const told: RunProgress[] = [];
    await model.traceAll(PROMPT, bodies, { ...few, onProgress: (p) => told.push(p) });
    expect(told.at(-1)).toEqual({ done: 12, total: 12 });
    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b));
  });

  test("an aborted signal ends the run between two passes", async () => {
    const already = await errorOf(() => model.traceAll(PROMPT, bodies, { signal: AbortSignal.abort() }));
    expect(already).toMatchObject({ name: "CancelledError", details: { done: 0, total: 12 } });
    const controller = new AbortController();
    const forward = vi.spyOn(Block.prototype, "forward");
    const many = Array.from({ length: 400 }, (_, i) => bodies[i % 12]!);
    const running = model.traceAll(PROMPT, many, {
      ...few,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const after = model.trace(PROMPT, () => h(0).output.save());
    const error = await errorOf(() => running);
    expect(error).toMatchObject({ name: "CancelledError", details: { total: 400 } });
    expect(error.details["done"]).toBeLessThan(400);
    expect(error.message).toMatch(/cancelled after \d+ of 400 programs/);
    expect(forward.mock.calls.length).toBeLessThan(400);
    expect((await after).shape).toEqual([1, 4, 64]);
  });

  test("a run that waits for another is cancelled as well", async () => {
    const controller = new AbortController();
    const first = model.traceAll(PROMPT, bodies);
    const waiting = model.traceAll(PROMPT, bodies, { signal: controller.signal });
    controller.abort();
    expect(await errorOf(() => waiting)).toMatchObject({ name: "CancelledError", details: { done: 0 } });
    expect(await first).toHaveLength(12);
  });

  test("what onProgress throws comes out, and ends the run", async () => {
    const mine = new RangeError("mine");
    const thrown = await errorOf(() =>
      model.traceAll(PROMPT, bodies, {
        ...few,
        onProgress: () => {
          throw mine;
        },
      }),
    );
    expect(thrown).toBe(mine);
  });
});
