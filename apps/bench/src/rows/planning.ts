/** What the plan leaves out: layers behind the last place read, and positions nobody reads. */
import { disagreement } from "../agreement.ts";
import { bareForward } from "../bare.ts";
import { promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { atMost, measured } from "../row.ts";
import { alternate, median, ratio } from "../samples.ts";

const TWELVE_LAYERS = "12x128x4x4096";
const LONG = 256;

export const earlyStop: Figure = {
  name: "trace that saves only h[3].output of 12 / full forward",
  async measure(bench) {
    const shape = bench.layers === 12 ? bench.shape : TWELVE_LAYERS;
    const here = await bench.model(shape);
    const { model } = here;
    const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(shape) });
    const block = model.transformer.h[3]!;
    const early = () => model.trace(ids, () => ({ hidden: block.output.save() }));
    const both = await model.trace(ids, () => ({ hidden: block.output.save(), logits: model.lm_head.output.save() }));
    const { hidden } = await early();
    const wrong = disagreement("h[3].output", hidden.data as Float32Array, both.hidden.data as Float32Array);
    const samples = await alternate({ early, full: () => bareForward(here, ids) }, bench.options.rounds);
    return [
      measured(this.name, "×", ratio(samples.early, samples.full), atMost(0.4), {
        wrong,
        note: `${shape}, T = ${ids.length}, no stop()`,
      }),
    ];
  },
};

export const lastPosition: Figure = {
  name: "logits of the last position / of all positions",
  full: true,
  async measure(bench) {
    const { model } = await bench.model(bench.shape);
    const ids = promptOf(LONG, { vocabulary: vocabularyOf(bench.shape) });
    const all = async () => (await model.trace(ids, () => ({ logits: model.lm_head.output.save() }))).logits;
    const last = async () =>
      (await model.trace(ids, () => ({ logits: model.lm_head.output.at(":, -1").save() }))).logits;
    const without = () => model.trace(ids, () => ({ hidden: model.transformer.ln_f.output.at(":, -1").save() }));
    const whole = (await all()).data as Float32Array;
    const wanted = whole.subarray(whole.length - vocabularyOf(bench.shape));
    const wrong = disagreement("the last position", (await last()).data as Float32Array, wanted);
    const samples = await alternate({ all, last, without }, bench.options.rounds);
    const gone = median(samples.without) / median(samples.all);
    return [
      measured(this.name, "×", ratio(samples.last, samples.all), atMost(gone * 1.05), {
        wrong,
        note: `${bench.shape}, T = ${LONG}; without the unembedding ${gone.toFixed(3)} of it, and 5 % more allowed`,
      }),
    ];
  },
};
