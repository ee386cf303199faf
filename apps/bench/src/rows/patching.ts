/** @insitu/analysis's whole patching sweep of the embedded model, against a trace for each cell as one writes it by hand. */
import { activationPatching, logitDifference } from "@insitu/analysis";
import { relativeError } from "../agreement.ts";
import { loadHere } from "../engineHere.ts";
import type { Figure } from "../figure.ts";
import { atLeast, measured } from "../row.ts";
import { alternate, ratio } from "../samples.ts";

/** They differ from the second token on, so that nearly every cell must be run. */
const CLEAN = "The Eiffel Tower is in the city of";
const CORRUPT = "The London Eye is in the city of";
const BAR = atLeast(3);
const SAME = 1e-5;

export const patching: Figure = {
  name: "activationPatching, resid_pre of weights/tiny, layer × position: one trace per cell / one request",
  async measure(bench) {
    await bench.release();
    const here = await loadHere(`${bench.origin}/weights/tiny/`, "webgpu");
    const { model } = here;
    const { transformer, lm_head, tokenizer } = model;
    const [paris, london] = [" Paris", " London"].map((name) => tokenizer.toSingleToken(name)) as [number, number];
    let together: ArrayLike<number> = [];
    let single: number[] = [];
    const samples = await alternate(
      {
        async single() {
          const clean = await model.trace(CLEAN, () => Array.from(transformer.h, (block) => block.input.save()));
          single = [];
          for (const [layer, stream] of clean.entries()) {
            for (let position = 0; position < (stream.shape[1] as number); position++) {
              const { effect } = await model.trace(CORRUPT, () => {
                transformer.h.at(layer).input.at(0, position).set(stream.at(0, position).data);
                const logits = lm_head.output.at(0, -1);
                return { effect: logits.at(paris).sub(logits.at(london)).save() };
              });
              single.push(effect.item());
            }
          }
        },
        async together() {
          const metric = logitDifference(" Paris", " London");
          const { patched } = await activationPatching(model, { clean: CLEAN, corrupt: CORRUPT, metric });
          together = patched.data;
        },
      },
      bench.options.rounds,
    );
    await here.dispose();
    const error = relativeError(together, single);
    return [
      measured(this.name, "×", ratio(samples.single, samples.together), BAR, {
        wrong: error <= SAME ? undefined : `the numbers differ by ${error.toExponential(1)}`,
        note: `${single.length} cells; ${Math.round(Math.min(...samples.single))} ms and ${Math.round(Math.min(...samples.together))} ms, each the quickest`,
      }),
    ];
  },
};
