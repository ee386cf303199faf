/** A generation as it grows long: its steps' time, what they compile and what they read back. */
import type { GPT2LanguageModel } from "insitu";
import { promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { type Counts, counts } from "../gpuCounters.ts";
import { atMost, measured } from "../row.ts";
import { median, type Spread, spread } from "../samples.ts";

/**
 * Of GPT-2's width: a layer's matrices are 24·C² operations a token, its attention over n positions 4·n·C, so
 * that in a narrow model the arithmetic itself grows by more than the bar.
 */
const SHAPE = "2x768x12x1024";
const PROMPT = 8;
const CAPACITY = 1024;
/** Medians over as many tokens around the 20th and the 500th. */
const WINDOW = 20;
const EARLY = 20;
const LATE = 500;
const COMPILED = "decode: pipelines compiled after the second step";

export const longDecode: Figure = {
  name: "decode: time of token 500 / of token 20",
  also: [COMPILED],
  async measure(bench) {
    const shape = bench.options.model ?? SHAPE;
    const { model, run } = await bench.model(shape);
    const ids = promptOf(PROMPT, { vocabulary: vocabularyOf(shape) });
    const wrong = await disagreementOfDecode(model, ids);
    // The last new token is not run on, so that the cache has room for CAPACITY positions exactly.
    const program = model.recordGenerate(ids, { maxNewTokens: CAPACITY - PROMPT + 1 });
    const times: number[] = [];
    const at: Counts[] = [];
    await run(program, () => {
      times.push(performance.now());
      at.push(counts());
      // The rest of the capacity would take as long again and tell nothing.
      if (times.length > LATE + WINDOW / 2) throw new Error("enough");
    }).catch((error) => {
      if (times.length <= LATE + WINDOW / 2) throw error;
    });
    const took = (token: number) => (times[token] as number) - (times[token - 1] as number);
    const window = (centre: number) => Array.from({ length: WINDOW }, (_, i) => took(centre - WINDOW / 2 + i));
    const [early, late] = [window(EARLY), window(LATE)];
    const compiled = (at[at.length - 1] as Counts).pipelines - (at[1] as Counts).pipelines;
    const note = `${shape}, cache capacity ${CAPACITY}; medians of ${WINDOW} tokens`;
    return [
      measured(`${this.name}, cache capacity ${CAPACITY}`, "×", quotient(late, early), atMost(1.3), { note, wrong }),
      measured(`decode: token ${EARLY}`, "ms", spread(early), null),
      measured(`decode: token ${LATE}`, "ms", spread(late), null),
      measured(COMPILED, "pipelines", compiled, atMost(0)),
    ];
  },
};

export const decodeReads: Figure = {
  name: "decode: read back per step when nothing is saved",
  async measure(bench) {
    const shape = bench.options.model ?? SHAPE;
    const { model, run } = await bench.model(shape);
    const ids = [1, 2, 3].map((seed) => promptOf(PROMPT, { vocabulary: vocabularyOf(shape), seed }));
    const perRow: number[] = [];
    for (const rows of [1, ids.length]) {
      const read: number[] = [];
      await run(model.recordGenerate(ids.slice(0, rows), { maxNewTokens: 8 }), () => {
        read.push(counts().bytesRead);
      });
      // From the second step on; the prompt is read once, before the first.
      for (let i = 1; i < read.length; i++) perRow.push(((read[i] as number) - (read[i - 1] as number)) / rows);
    }
    return [measured(this.name, "bytes a row", spread(perRow), atMost(4), { note: "batches of 1 and 3 rows" })];
  },
};

/** Tokens generated with the cache are those of one pass over them all; run to the end, so that what the GPU refuses is told. */
async function disagreementOfDecode(model: GPT2LanguageModel, ids: readonly number[]): Promise<string | undefined> {
  const all = Array.from((await model.generate([...ids], { maxNewTokens: WINDOW })).data);
  const best = await model.trace(all, () => model.lm_head.output.argMax(-1).save());
  const at = all.findIndex((id, i) => i >= ids.length && best.data[i - 1] !== id);
  return at < 0 ? undefined : `token ${at - ids.length} with the cache is ${all[at]}, without it ${best.data[at - 1]}`;
}

/** Of medians; least and greatest as the windows' extremes allow. */
function quotient(late: readonly number[], early: readonly number[]): Spread {
  return {
    value: median(late) / median(early),
    min: Math.min(...late) / Math.max(...early),
    max: Math.max(...late) / Math.min(...early),
  };
}
