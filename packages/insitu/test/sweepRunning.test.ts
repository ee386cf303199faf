/** What a list of programs shares, how it fails, and how it is followed and cancelled. */
import { Engine } from "@insitu/engine";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Block } from "../../engine/src/modules/block.ts";
import { KERNELS } from "../../engine/src/ops/table.ts";
import { atLine, callSite, type GPT2LanguageModel, type Held, type RunProgress } from "../src/index.ts";
import { errorOf, expectClose, MODEL, PROMPT } from "./fixtures.ts";
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
const logits = () => model.lm_head.output.save();

/** Layer 1's output, held by one program over `prompt`. */
const holding = (prompt: number[]) => {
  let held: Held | undefined;
  const program = model.record(prompt, () => {
    held = h(1).output.hold();
  });
  return { program, held: held! };
};

describe("what flows from one program to the next", () => {
  test("later programs of the list use it, of any kind and of the same prompt too", async () => {
    const other = [7, 300, 2, 41];
    const { output } = await model.trace(other, () => ({ output: h(1).output.save() }));
    const patched = await model.trace(PROMPT, () => {
      h(1).output = output;
      return { logits: logits() };
    });
    const twice = await model.trace(PROMPT, () => ({ twice: h(1).output.mul(2).save() }));
    const results = await model.traceAll(() => {
      const first = holding(other);
      const second = holding(PROMPT);
      return [
        first.program,
        second.program,
        model.record(PROMPT, () => {
          h(1).output = first.held;
          return { logits: logits() };
        }),
        model.record(PROMPT, () => ({ sum: h(1).output.add(second.held).save() })),
        model.record(PROMPT, () => {
          const x = h(1).output;
          return {
            grad: x
              .mul(first.held)
              .sum()
              .backward(() => x.grad.save()),
          };
        }),
      ];
    });
    expectClose(results[2]!["logits"]!, patched.logits);
    expectClose(results[3]!["sum"]!, twice.twice);
    expectClose(results[4]!["grad"]!, output);
  });

  test("what is held after its use, or by nobody, is an error before anything runs", async () => {
    const forward = vi.spyOn(Block.prototype, "forward");
    const error = await errorOf(() =>
      model.traceAll(() => {
        const { program, held } = holding(PROMPT);
        return [model.record(PROMPT, () => ({ sum: h(1).output.add(held).save() })), program];
      }),
    );
    expect(error.name).toBe("ProgramError");
    expect(error.details["program"]).toBe(0);
    expect(forward).not.toHaveBeenCalled();
  });

  test("a session may be open, and its values are used and kept", async () => {
    await model.session(async () => {
      const mine = await model.trace(PROMPT, () => h(0).output.hold());
      const [saved] = await model.traceAll(() =>
        [
          holding(PROMPT).program,
          model.record(PROMPT, () => ({ zero: h(0).output.sub(mine).abs().max().save() })),
        ].slice(1),
      );
      expect(saved!["zero"]!.item()).toBe(0);
      await model.traceAll(() => [holding(PROMPT).program]);
      expect((await mine.read()).shape).toEqual([1, 4, 64]);
    });
  });

  test("a generator is given pauses, and its programs may hold all the while", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const seen: number[] = [];
    const results = await model.traceAll(function* () {
      const { program, held } = holding(PROMPT);
      yield program;
      for (let i = 0; i < 4; i++) {
        const until = performance.now() + 35;
        while (performance.now() < until);
        seen.push(turns);
        yield model.record(PROMPT, () => ({ zero: h(1).output.sub(held).abs().max().save() }));
      }
      yield holding(PROMPT).program;
    });
    clearInterval(timer);
    expect(seen[3]!).toBeGreaterThan(seen[0]!);
    expect(results.slice(1, 5).map((saved) => saved["zero"]!.item())).toEqual([0, 0, 0, 0]);
  });

  test("what is written on insitu names its caller's line, or one that it is given", async () => {
    const own = model.record(PROMPT, () => ({ x: h(1).output.save() }));
    const given = atLine("there:1:2", () => model.record(PROMPT, () => ({ x: h(1).output.save() })));
    const again = atLine("there:1:2", () => atLine(undefined, callSite));
    expect(own.nodes.every(({ line }) => line?.includes("sweepRunning.test.ts"))).toBe(true);
    expect(given.nodes.map(({ line }) => line)).toEqual(["there:1:2"]);
    expect(again).toContain("sweepRunning.test.ts");
    expect(() => atLine("there:1:2", () => model.record(PROMPT, () => ({ x: h(9).output.save() })))).toThrow();
    expect(callSite()).toContain("sweepRunning.test.ts");
  });

  test("an error of what records comes out, and holding is over afterwards", async () => {
    await expect(
      model.traceAll(() => {
        throw new RangeError("mine");
      }),
    ).rejects.toThrow("mine");
    expect((await errorOf(() => holding(PROMPT))).name).toBe("OutsideTraceError");
  });
});

describe("what is shared", () => {
  /** How many positions of all rows each block ran on, and how often; the prompt has four. */
  const positionsSeen = () => {
    const forward = vi.spyOn(Block.prototype, "forward");
    return () => forward.mock.calls.map(([x]) => x.shape[0]! * x.shape[1]!);
  };
  const last = (layer: number, position: number) => () => {
    h(layer).output.at(":", position).mul_(0.5);
    return logits();
  };

  test("variants join where they first differ", async () => {
    const seen = positionsSeen();
    await model.traceAll(
      PROMPT,
      Array.from({ length: 20 }, (_, i) => last(i < 4 ? 1 : 2, i % 4)),
    );
    // A variant has the positions from its edit on: 4, 3, 2 and 1.
    expect(seen()).toEqual([4, 4, 14]);
    seen();
    const mids = positionsSeen();
    await model.traceAll(
      PROMPT,
      Array.from({ length: 3 }, (_, i) => () => {
        h(1).mlp.output.mul_(i);
        return logits();
      }),
    );
    // Their second halves of block 1 are of four copies: the first half was shared.
    expect(mids().slice(3)).toEqual([4, 4, 16]);
  });

  test("programs that edit nothing add no rows, and the pass ends where the last one ends", async () => {
    const seen = positionsSeen();
    await model.traceAll(PROMPT, [() => h(0).output.save(), () => h(1).attn.source.z.save(), () => h(0).input.save()]);
    expect(seen()).toEqual([4, 4]);
  });

  test("an edit that many begin with is made once, on the shared rows", async () => {
    const noisy = (layer: number, position: number) => () => {
      model.transformer.wte.output.at(":, 1:3").add_(0.5);
      h(layer).output.at(":", position).set(0.25);
      return logits();
    };
    const bodies = [0, 1, 2].flatMap((layer) => [0, 1, 2, 3].map((position) => noisy(layer, position)));
    const seen = positionsSeen();
    const together = await model.traceAll(PROMPT, [logits, ...bodies]);
    // The clean program has a pass of its own.
    expect(seen()).toEqual([4, 4, 4, 4, 14, 24]);
    for (const [i, body] of [logits, ...bodies].entries()) expectClose(together[i]!, await model.trace(PROMPT, body));
    const divided = await model.traceAll(PROMPT, bodies, { chunkBytes: 40_000 });
    for (const [i, result] of divided.entries()) expectClose(result, together[i + 1]!);
  });

  test("the same program many times over is one pass of one row", async () => {
    const seen = positionsSeen();
    const results = await model.traceAll(
      PROMPT,
      Array.from({ length: 10 }, () => last(1, 1)),
    );
    expect(seen()).toEqual([4, 4, 4]);
    expectClose(results[9]!, await model.trace(PROMPT, last(1, 1)));
  });

  test("an edited model's edit is shared as well", async () => {
    const edited = model.edit(() => void h(0).mlp.output.mul_(0.5));
    const bodies = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => last(1, i % 4));
    const seen = positionsSeen();
    const together = await edited.traceAll(PROMPT, bodies);
    expect(seen()).toEqual([4, 4, 24]);
    for (const [i, body] of bodies.entries()) expectClose(together[i]!, await edited.trace(PROMPT, body));
  });

  test("a small budget makes more passes, never of more rows than it allows", async () => {
    const run = vi.spyOn(Engine.prototype, "runAll");
    const seen = positionsSeen();
    // The widest value: between the MLP's two matrices. The last position's logits are half of it.
    const widest = 4 * 256 * 4;
    await model.traceAll(
      PROMPT,
      Array.from({ length: 10 }, (_, i) => () => {
        h(0).output.at(":, 1").mul_(i);
        return model.lm_head.output.at(0, -1, ":3").save();
      }),
      { chunkBytes: 5 * widest },
    );
    expect((await run.mock.results[0]!.value).value.stats).toMatchObject({ passes: 4, bytesRead: 120, alone: 0 });
    expect(Math.max(...seen())).toBe(4 + 3 * 3);
  });
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
    expect(error.line).toMatch(/sweepRunning\.test\.ts/);
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
    expect(error.line).toMatch(/sweepRunning\.test\.ts/);
  });

  test("a budget that is none", async () => {
    const error = await errorOf(() => model.traceAll([good()], { chunkBytes: 0 }));
    expect([error.name, error.problem]).toEqual(["ArgumentError", "chunkBytes is 0."]);
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

  test("an abort in the last pass is heeded too: no result is given, nothing held is left", async () => {
    const controller = new AbortController();
    const run = model.traceAll(
      () => {
        const first = holding(PROMPT);
        return [first.program, model.record(PROMPT, () => ({ twice: h(1).output.add(first.held).save() }))];
      },
      { signal: controller.signal, onProgress: ({ done, total }) => done === total && controller.abort() },
    );
    expect(await errorOf(() => run)).toMatchObject({ name: "CancelledError", details: { done: 2, total: 2 } });
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
