import type { Value } from "insitu";
import { A, B, h, logits, on } from "./model.ts";

/** What nnsight refuses and a plan made ahead can give: its name of the case, why, and the result's check. */
export const FREER: readonly [name: string, why: string, check: () => Promise<void>][] = [
  [
    "out_of_order",
    "the plan sorts reads",
    async () => {
      const { a, b } = await on().trace(A, () => ({ a: h(2).output.save(), b: h(0).output.save() }));
      const straight = await on().trace(A, () => ({ b: h(0).output.save(), a: h(2).output.save() }));
      same([a.data, b.data], [straight.a.data, straight.b.data]);
    },
  ],
  [
    "input_after_output",
    "the plan sorts reads",
    async () => {
      const { input, before } = await on().trace(A, () => {
        h(1).output.save();
        return { input: h(1).input.save(), before: h(0).output.save() };
      });
      same(input.data, before.data);
    },
  ],
  [
    "no_barrier_same_module",
    "what a body before has read is there",
    async () => {
      const { mine, theirs } = await on().trace((tracer) => {
        const last = tracer.invoke(A, () => h(1).output.at(":, -1"));
        return tracer.invoke(B, () => {
          h(1).output.at(":, -1").set(last);
          return { mine: h(1).output.at(":, -1").save(), theirs: last.save() };
        });
      });
      same(mine.data, theirs.data);
    },
  ],
  [
    "legacy_tuple_indexing",
    "output[0] of one tensor is that tensor",
    async () => {
      const last = await on().trace(A, () => {
        h(0).output[0].at(":, -1, :").set(0);
        return h(0).output.at(0, -1).save();
      });
      same(
        last.data.every((x) => x === 0),
        true,
      );
    },
  ],
  [
    "grad_forward_order",
    "gradients are read in any order",
    async () => {
      const [h0, h1] = await on().trace(A, () => {
        const [x, y] = [h(0).output, h(1).output];
        return logits()
          .sum()
          .backward(() => [x.grad.save(), y.grad.save()] as const);
      });
      same(
        [h0.shape, h1.shape],
        [
          [1, 7, width()],
          [1, 7, width()],
        ],
      );
    },
  ],
  [
    "backward_twice_no_retain",
    "each pass has a graph of its own",
    async () => {
      const { a, b } = await on().trace(A, () => {
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
      differs(a.data, b.data);
    },
  ],
  [
    "forward_access_in_backward",
    "the forward pass is recorded, not running",
    async () => {
      const { out, plain } = await on().trace(A, () => ({
        out: logits()
          .sum()
          .backward(() => on().output.logits.save()),
        plain: logits().save(),
      }));
      same(out.data, plain.data);
    },
  ],
  [
    "iter_body_out_of_order_step0",
    "the plan sorts reads",
    async () => {
      const { x, y } = await on().generate(A, { maxNewTokens: 3 }, (tracer) => {
        const x: Value[] = [];
        const y: Value[] = [];
        tracer.iter(":3", () => {
          x.push(logits().save());
          y.push(h(0).output.save());
        });
        return { x, y };
      });
      same([x.length, y[1]!.shape], [3, [1, 1, width()]]);
    },
  ],
  [
    "cache_after_read",
    "the cache is filled when the trace ends",
    async () => {
      const { cache } = await on().trace(A, (tracer) => {
        h(0).output.add(0);
        return { cache: tracer.cache() };
      });
      same(cache.has("transformer.h.0"), true);
    },
  ],
];

/** The width of the residual stream. */
const width = (): number => on().scan(A, () => h(0).output).shape[2] as number;

function same(have: unknown, want: unknown): void {
  if (text(have) !== text(want)) throw new Error(`it gives ${text(have).slice(0, 80)}, not ${text(want).slice(0, 80)}`);
}

function differs(have: unknown, want: unknown): void {
  if (text(have) === text(want)) throw new Error("it gives the same for both");
}

const text = (x: unknown): string =>
  JSON.stringify(x, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value));
