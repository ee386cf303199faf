/** Against the plain composition of tfjs operations, on the same backend. */
import { disagreement } from "../agreement.ts";
import { promptOf, vocabularyOf } from "../bench.ts";
import { readCheckpoint } from "../checkpoint.ts";
import type { Figure } from "../figure.ts";
import { PlainGpt2 } from "../plainTfjs.ts";
import { atLeast, measured } from "../row.ts";
import { alternate, ratio, spread } from "../samples.ts";

export const plain: Figure = {
  name: "forward: plain tfjs / ours, webgpu",
  async measure(bench) {
    const { model, url } = await bench.model(bench.shape);
    const baseline = new PlainGpt2(await readCheckpoint(url));
    try {
      const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(bench.shape) });
      const ours = async () => (await model.trace(ids, () => ({ logits: model.lm_head.output.save() }))).logits;
      const wrong = disagreement("ours", (await ours()).data as Float32Array, await baseline.logits(ids));
      const samples = await alternate({ plain: () => baseline.logits(ids), ours }, bench.options.rounds);
      const title = `${bench.shape}, T = ${ids.length}`;
      return [
        measured(`${this.name}, ${title}`, "×", ratio(samples.plain, samples.ours), atLeast(2), { wrong }),
        measured(`forward: plain tfjs, webgpu, ${title}`, "ms", spread(samples.plain), null),
        measured(`forward: ours, webgpu, ${title}`, "ms", spread(samples.ours), null),
      ];
    } finally {
      baseline.dispose();
    }
  },
};
