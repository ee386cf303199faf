import { type Value, zeros } from "insitu";
import { A, B, h, logits, on } from "./model.ts";

/** The same complaint: nnsight's name of the case, our error, a word of it, the body. */
export const SAME: readonly [name: string, error: string, message: RegExp, work: () => unknown][] = [
  [
    "module_never_run",
    "UnknownModuleError",
    /never runs/,
    () => on().trace(A, () => h(0).attn.attn_dropout.output.save()),
  ],
  [
    "missing_save",
    "NotSavedError",
    /was not saved/,
    async () => {
      let lost!: Value;
      await on().trace(A, () => {
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
      on().trace((tracer) => {
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
      on().trace((tracer) => {
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
      on().trace((tracer) => {
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
      on().trace((tracer) => {
        const [one, two] = [tracer.barrier(2), tracer.barrier(2)];
        tracer.invoke(A, () => [one(), two()]);
        tracer.invoke(B, () => [two(), one()]);
      }),
  ],
  [
    "slice_index_out_of_range",
    "SliceError",
    /99 is out of range/,
    () => on().trace(A, () => h(0).output.at(":, 99, :").set(0)),
  ],
  [
    "slice_value_shape",
    "ShapeMismatchError",
    /\[63\] does not fit/,
    () =>
      on().trace(A, () =>
        h(0)
          .output.at(":, -1, :")
          .set(zeros([63])),
      ),
  ],
  [
    "output_wrong_width",
    "ShapeMismatchError",
    /\[1, 7, 63\]/,
    () => on().trace(A, () => (h(1).output = zeros([1, 7, 63]))),
  ],
  [
    "attn_output_not_tuple",
    "ArgumentError",
    /holds 2 values/,
    () => on().trace(A, () => (h(1).attn.output = zeros([1, 7, 64]) as never)),
  ],
  ["trace_without_input", "PromptError", /no prompt/, () => on().trace(() => 1)],
  ["access_outside_trace", "OutsideTraceError", /outside a trace/, () => h(0).output],
  ["save_outside_trace", "OutsideTraceError", /outside a trace/, () => zeros([2]).save()],
  ["no_such_module", "UnknownModuleError", /has no foo/, () => on().trace(A, () => (h(0) as never)["foo"])],
  ["no_such_layer", "UnknownModuleError", /no transformer\.h\[99\]/, () => on().trace(A, () => h(99).output.save())],
  [
    "invoke_inside_running_trace",
    "OutsideTraceError",
    /inside an invoke/,
    () => on().trace(A, (tracer) => tracer.invoke(B, () => h(0).output.save())),
  ],
  [
    "skip_in_one_invoke_only",
    "OrderError",
    /skipped in 1 of 2 invokes/,
    () =>
      on().trace((tracer) => {
        tracer.invoke(A, () => h(1).skip(h(1).input));
        return tracer.invoke(B, () => logits().save());
      }),
  ],
  [
    "read_inside_skipped_module",
    "OrderError",
    /lies in transformer\.h\.1, which is skipped/,
    () =>
      on().trace(A, () => {
        h(1).skip(h(1).input);
        return h(1).mlp.output.save();
      }),
  ],
  [
    "backward_in_generate",
    "ArgumentError",
    /in a generation/,
    () =>
      on().generate(A, { maxNewTokens: 1 }, () =>
        logits()
          .sum()
          .backward(() => h(0).output.grad.save()),
      ),
  ],
  [
    "negative_iter",
    "ArgumentError",
    /no step -1/,
    () => on().generate(A, { maxNewTokens: 2 }, (tracer) => tracer.iter(-1, () => h(0).output.save())),
  ],
  [
    "stop_while_sibling_waits",
    "OrderError",
    /beyond tracer\.stop/,
    () =>
      on().trace((tracer) => {
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
      on().trace((tracer) => {
        tracer.cache();
        return tracer.invoke(A, () => h(0).output.save());
      }),
  ],
  [
    "tracer_next_removed_in_0_8",
    "TypeError",
    /next/,
    () => on().trace(A, (tracer) => (tracer as never as { next(): void }).next()),
  ],
  [
    "module_next_removed_in_0_8",
    "UnknownModuleError",
    /has no next/,
    () => on().trace(A, () => (h(0) as never as { next(): void }).next()),
  ],
  [
    "source_no_such_op",
    "UnknownModuleError",
    /has no foo_0/,
    () => on().trace(A, () => (h(0).attn.source as never)["foo_0"]),
  ],
  [
    "source_op_not_executed",
    "UnknownModuleError",
    /has no self_q_attn_0/,
    () => on().trace(A, () => (h(0).attn.source as never)["self_q_attn_0"]),
  ],
  [
    "exception_in_body",
    "RangeError",
    /mine/,
    () =>
      on().trace(A, () => {
        h(0).output.save();
        throw new RangeError("mine");
      }),
  ],
  [
    "prompt_longer_than_n_positions",
    "PromptError",
    /positions/,
    () => on().trace(new Array(on().spec.maxTokens + 1).fill(0), () => h(0).output.save()),
  ],
  [
    // Stricter: nnsight concatenates without a look at the rows.
    "replacement_with_extra_rows",
    "ShapeMismatchError",
    /\[2, 7, 64\]/,
    () =>
      on().trace((tracer) => {
        tracer.invoke(A, () => (h(1).output = zeros([2, 7, 64])));
        return tracer.invoke(A, () => logits().save());
      }),
  ],
];
