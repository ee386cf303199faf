/** Weights kept in half precision, which a reader may opt into. */
import type { LoadOptions } from "insitu";
import { relativeError } from "../agreement.ts";
import { promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { counts, since } from "../gpuCounters.ts";
import { atMost, failed, measured } from "../row.ts";

const BAR = atMost(260);

export const float16Weights: Figure = {
  name: "weights in GPU memory, float16",
  full: true,
  async measure(bench) {
    const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(bench.shape) });
    const load = async (options: LoadOptions) => {
      await bench.release();
      const before = counts();
      const { model } = await bench.model(bench.shape, options);
      // Weights reach the GPU when they are first used. One token's activations count too, which is little.
      await model.trace([1], () => ({ logits: model.lm_head.output.save() }));
      const { numBytes } = await model.memory();
      const { bytesAllocated } = since(before);
      const { logits } = await model.trace(ids, () => ({ logits: model.lm_head.output.save() }));
      return { bytes: bytesAllocated, held: numBytes, logits: logits.data as Float32Array };
    };
    // First: what it frees is what the second would take again unseen, from tfjs's pool.
    const half = await load({ weights: "float16" } as LoadOptions);
    const single = await load({});
    const title = `${this.name}, ${bench.shape}`;
    // An engine that does not know the option passes over it.
    if (half.bytes > 0.9 * single.held) return [failed(title, "MB", BAR, "not there: the option changes nothing")];
    const error = relativeError(half.logits, single.logits);
    return [
      measured(title, "MB", half.bytes / 1e6, BAR, {
        note: `${half.bytes} bytes in buffers after a trace of one token; logits off by ${error.toExponential(1)} of the greatest`,
      }),
    ];
  },
};
