/**
 * Every mistake of nnsight's own error cases (apps/conformance/oracle/manifest.json, "errors"): the same
 * complaint here, raised while recording, or the result that nnsight refuses to give. Nothing hangs.
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type GPT2LanguageModel, type Value, zeros } from "../src/index.ts";
import { errorOf, MODEL } from "./fixtures.ts";
import { loadInProcess } from "./inProcess.ts";

const A = [1, 2, 3, 4, 5, 6, 7];
const B = [9, 8, 7, 6];
const SECONDS = 5;

let model: GPT2LanguageModel;
let tensors: number;

beforeAll(async () => {
  model = await loadInProcess(MODEL);
  await model.trace(A, () => h(0).output.save());
  tensors = (await model.memory()).numTensors;
});

afterEach(async () => {
  expect((await model.memory()).numTensors).toBe(tensors);
});

const h = (i: number) => model.transformer.h[i]!;
const logits = () => model.lm_head.output;

/** The same complaint: nnsight's name of the case, our error, a word of it, the body. */
const SAME: [string, string, RegExp, () => unknown][] = [
  [
    "module_never_run",
    "UnknownModuleError",
    /never runs/,
    () => model.trace(A, () => h(0).attn.attn_dropout.output.save()),
  ],
  [
    "missing_save",
    "NotSavedError",
    /was not saved/,
    async () => {
      let lost!: Value;
      await model.trace(A, () => {
        lost = h(0).output;
        logits().save();
      });
      return lost.value;
    },
  ],
  [
    "barrier_count_too_high",
    "BarrierError",
    /barrier of 3 is called by 2 invokes/,
    () =>
      model.trace((tracer) => {
        const barrier = tracer.barrier(3);
        tracer.invoke(A, () => barrier());
        tracer.invoke(B, () => barrier());
      }),
  ],
  [
    "barrier_count_too_low",
    "BarrierError",
    /barrier of 1 is called by 2 invokes/,
    () =>
      model.trace((tracer) => {
        const barrier = tracer.barrier(1);
        let last!: Value;
        tracer.invoke(A, () => {
          last = h(1).output.at(":, -1");
          barrier();
        });
        tracer.invoke(B, () => {
          barrier();
          h(1).output.at(":, -1").set(last);
        });
      }),
  ],
  [
    "value_needed_before_it_exists",
    "ArgumentError",
    /undefined is not a value/,
    () =>
      model.trace((tracer) => {
        const barrier = tracer.barrier(2);
        let late!: Value;
        tracer.invoke(A, () => {
          barrier();
          h(0).output.at(":, -1").set(late);
        });
        tracer.invoke(B, () => {
          late = h(1).output.at(":, -1");
          barrier();
        });
      }),
  ],
  [
    "crossed_barriers",
    "BarrierError",
    /crossed/,
    () =>
      model.trace((tracer) => {
        const [one, two] = [tracer.barrier(2), tracer.barrier(2)];
        tracer.invoke(A, () => [one(), two()]);
        tracer.invoke(B, () => [two(), one()]);
      }),
  ],
  [
    "slice_index_out_of_range",
    "SliceError",
    /99 is out of range/,
    () => model.trace(A, () => h(0).output.at(":, 99, :").set(0)),
  ],
  [
    "slice_value_shape",
    "ShapeMismatchError",
    /\[63\] does not fit/,
    () =>
      model.trace(A, () =>
        h(0)
          .output.at(":, -1, :")
          .set(zeros([63])),
      ),
  ],
  [
    "output_wrong_width",
    "ShapeMismatchError",
    /\[1, 7, 63\]/,
    () => model.trace(A, () => (h(1).output = zeros([1, 7, 63]))),
  ],
  [
    "attn_output_not_tuple",
    "ArgumentError",
    /holds 2 values/,
    () => model.trace(A, () => (h(1).attn.output = zeros([1, 7, 64]) as never)),
  ],
  ["trace_without_input", "PromptError", /no prompt/, () => model.trace(() => 1)],
  ["access_outside_trace", "OutsideTraceError", /outside a trace/, () => h(0).output],
  ["save_outside_trace", "OutsideTraceError", /outside a trace/, () => zeros([2]).save()],
  ["no_such_module", "UnknownModuleError", /has no foo/, () => model.trace(A, () => (h(0) as never)["foo"])],
  ["no_such_layer", "UnknownModuleError", /no transformer\.h\[7\]/, () => model.trace(A, () => h(7).output.save())],
  [
    "invoke_inside_running_trace",
    "OutsideTraceError",
    /inside an invoke/,
    () => model.trace(A, (tracer) => tracer.invoke(B, () => h(0).output.save())),
  ],
  [
    "skip_in_one_invoke_only",
    "OrderError",
    /skipped in 1 of 2 invokes/,
    () =>
      model.trace((tracer) => {
        tracer.invoke(A, () => h(1).skip(h(1).input));
        return tracer.invoke(B, () => logits().save());
      }),
  ],
  [
    "read_inside_skipped_module",
    "OrderError",
    /lies in transformer\.h\.1, which is skipped/,
    () =>
      model.trace(A, () => {
        h(1).skip(h(1).input);
        return h(1).mlp.output.save();
      }),
  ],
  [
    "backward_in_generate",
    "ArgumentError",
    /in a generation/,
    () =>
      model.generate(A, { maxNewTokens: 1 }, () =>
        logits()
          .sum()
          .backward(() => h(0).output.grad.save()),
      ),
  ],
  [
    "negative_iter",
    "ArgumentError",
    /no step -1/,
    () => model.generate(A, { maxNewTokens: 2 }, (tracer) => tracer.iter(-1, () => h(0).output.save())),
  ],
  [
    "stop_while_sibling_waits",
    "OrderError",
    /beyond tracer\.stop/,
    () =>
      model.trace((tracer) => {
        tracer.invoke(A, () => {
          h(0).output.save();
          tracer.stop();
        });
        tracer.invoke(B, () => h(2).output.save());
      }),
  ],
  [
    "cache_outside_invoke",
    "OutsideTraceError",
    /outside an invoke/,
    () =>
      model.trace((tracer) => {
        tracer.cache();
        return tracer.invoke(A, () => h(0).output.save());
      }),
  ],
  [
    "tracer_next_removed_in_0_8",
    "TypeError",
    /next/,
    () => model.trace(A, (tracer) => (tracer as never as { next(): void }).next()),
  ],
  [
    "module_next_removed_in_0_8",
    "UnknownModuleError",
    /has no next/,
    () => model.trace(A, () => (h(0) as never as { next(): void }).next()),
  ],
  [
    "source_no_such_op",
    "UnknownModuleError",
    /has no foo_0/,
    () => model.trace(A, () => (h(0).attn.source as never)["foo_0"]),
  ],
  [
    "source_op_not_executed",
    "UnknownModuleError",
    /has no self_q_attn_0/,
    () => model.trace(A, () => (h(0).attn.source as never)["self_q_attn_0"]),
  ],
  [
    "exception_in_body",
    "RangeError",
    /mine/,
    () =>
      model.trace(A, () => {
        h(0).output.save();
        throw new RangeError("mine");
      }),
  ],
  [
    "prompt_longer_than_n_positions",
    "PromptError",
    /200 tokens/,
    () => model.trace(new Array(200).fill(0), () => h(0).output.save()),
  ],
  [
    // Stricter: nnsight concatenates without a look at the rows.
    "replacement_with_extra_rows",
    "ShapeMismatchError",
    /\[2, 7, 64\]/,
    () =>
      model.trace((tracer) => {
        tracer.invoke(A, () => (h(1).output = zeros([2, 7, 64])));
        return tracer.invoke(A, () => logits().save());
      }),
  ],
];

test.each(SAME)("%s: the same complaint", { timeout: SECONDS * 1000 }, async (_, name, problem, work) => {
  const error = await errorOf(work);
  expect([error.name, error.message]).toEqual([name, expect.stringMatching(problem)]);
});

/** What nnsight refuses and a plan made ahead can give: its name of the case, why, and the result's check. */
const FREER: [string, string, () => Promise<void>][] = [
  [
    "out_of_order",
    "the plan sorts reads",
    async () => {
      const { a, b } = await model.trace(A, () => ({ a: h(2).output.save(), b: h(0).output.save() }));
      const straight = await model.trace(A, () => ({ b: h(0).output.save(), a: h(2).output.save() }));
      expect([a.data, b.data]).toEqual([straight.a.data, straight.b.data]);
    },
  ],
  [
    "input_after_output",
    "the plan sorts reads",
    async () => {
      const { input, before } = await model.trace(A, () => {
        h(1).output.save();
        return { input: h(1).input.save(), before: h(0).output.save() };
      });
      expect(input.data).toEqual(before.data);
    },
  ],
  [
    "no_barrier_same_module",
    "what a body before has read is there",
    async () => {
      const { mine, theirs } = await model.trace((tracer) => {
        const last = tracer.invoke(A, () => h(1).output.at(":, -1"));
        return tracer.invoke(B, () => {
          h(1).output.at(":, -1").set(last);
          return { mine: h(1).output.at(":, -1").save(), theirs: last.save() };
        });
      });
      expect(mine.data).toEqual(theirs.data);
    },
  ],
  [
    "legacy_tuple_indexing",
    "output[0] of one tensor is that tensor",
    async () => {
      const last = await model.trace(A, () => {
        h(0).output[0].at(":, -1, :").set(0);
        return h(0).output.at(0, -1).save();
      });
      expect(last.data.every((x) => x === 0)).toBe(true);
    },
  ],
  [
    "grad_forward_order",
    "gradients are read in any order",
    async () => {
      const [h0, h1] = await model.trace(A, () => {
        const [x, y] = [h(0).output, h(1).output];
        return logits()
          .sum()
          .backward(() => [x.grad.save(), y.grad.save()] as const);
      });
      expect([h0.shape, h1.shape]).toEqual([
        [1, 7, 64],
        [1, 7, 64],
      ]);
    },
  ],
  [
    "backward_twice_no_retain",
    "each pass has a graph of its own",
    async () => {
      const { a, b } = await model.trace(A, () => {
        const hidden = h(0).output;
        const a = logits()
          .at(0, -1, 0)
          .backward(() => hidden.grad.save());
        return {
          a,
          b: logits()
            .at(0, -1, 1)
            .backward(() => hidden.grad.save()),
        };
      });
      expect(a.data).not.toEqual(b.data);
    },
  ],
  [
    "forward_access_in_backward",
    "the forward pass is recorded, not running",
    async () => {
      const { out, plain } = await model.trace(A, () => ({
        out: logits()
          .sum()
          .backward(() => model.output.logits.save()),
        plain: logits().save(),
      }));
      expect(out.data).toEqual(plain.data);
    },
  ],
  [
    "iter_body_out_of_order_step0",
    "the plan sorts reads",
    async () => {
      const { x, y } = await model.generate(A, { maxNewTokens: 3 }, (tracer) => {
        const x: Value[] = [];
        const y: Value[] = [];
        tracer.iter(":3", () => {
          x.push(logits().save());
          y.push(h(0).output.save());
        });
        return { x, y };
      });
      expect([x.length, y[1]!.shape]).toEqual([3, [1, 1, 64]]);
    },
  ],
  [
    "cache_after_read",
    "the cache is filled when the trace ends",
    async () => {
      const { cache } = await model.trace(A, (tracer) => {
        h(0).output.add(0);
        return { cache: tracer.cache() };
      });
      expect(cache.has("transformer.h.0")).toBe(true);
    },
  ],
];

test.each(FREER)("%s: %s", { timeout: SECONDS * 1000 }, async (_, __, check) => {
  await check();
});

test("no case is left out", () => {
  const manifest = new URL("../../../apps/conformance/oracle/manifest.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(manifest, "utf8"));
  const theirs = Object.keys(cases.find((c: { name: string }) => c.name === "errors").values.errors);
  const ours = new Set([...SAME, ...FREER].map(([name]) => name));
  expect(theirs.filter((name) => !ours.has(name))).toEqual([]);
});
