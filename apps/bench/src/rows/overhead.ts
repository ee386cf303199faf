/** What tracing costs over the engine's own forward pass with nobody looking. */
import { disagreement } from "../agreement.ts";
import { bareForward } from "../bare.ts";
import { promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { counts, since } from "../gpuCounters.ts";
import { atMost, measured } from "../row.ts";
import { alternate, ratio } from "../samples.ts";

const UNTAPPED = "untapped trace / bare forward";
const SAVING = "trace saving every block's output / bare forward";

const MANY = 21;

export const overhead: Figure = {
  name: UNTAPPED,
  also: [SAVING],
  async measure(bench) {
    const here = await bench.model(bench.shape);
    const { model } = here;
    const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(bench.shape) });
    const untapped = () => model.trace(ids, () => ({ logits: model.lm_head.output.save() }));
    const everyBlock = () =>
      model.trace(ids, () => ({
        logits: model.lm_head.output.save(),
        blocks: Array.from(model.transformer.h, (block) => block.output.save()),
      }));

    const wanted = await bareForward(here, ids);
    const { logits } = await untapped();
    const before = counts();
    const saved = await everyBlock();
    const { bytesRead } = since(before);
    const wrong =
      disagreement("the untapped trace", logits.data as Float32Array, wanted) ??
      disagreement("the trace that saves", saved.logits.data as Float32Array, wanted);

    const { rounds, full } = bench.options;
    // A hundredth is to be told: of a forward pass that takes no time, many.
    const turns = full ? rounds : Math.max(rounds, MANY);
    const samples = await alternate({ bare: () => bareForward(here, ids), untapped, everyBlock }, turns);
    const bare = `both read the logits; ${samplesNote(samples.bare)}`;
    return [
      measured(UNTAPPED, "×", ratio(samples.untapped, samples.bare), atMost(1.03), {
        wrong,
        note: bare,
      }),
      measured(SAVING, "×", ratio(samples.everyBlock, samples.bare), atMost(1.1), {
        wrong,
        note: `it reads ${bytesRead} bytes, the bare forward ${wanted.byteLength}`,
      }),
    ];
  },
};

const samplesNote = (samples: readonly number[]) => `bare ${Math.round(Math.min(...samples))} ms at best`;
