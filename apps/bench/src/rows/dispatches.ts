/** GPU dispatches, counted: of a block, by the difference between models of one layer and of two. */
import { type Bench, promptOf, vocabularyOf } from "../bench.ts";
import { readCheckpoint } from "../checkpoint.ts";
import type { EngineHere } from "../engineHere.ts";
import type { Figure } from "../figure.ts";
import { counts, since } from "../gpuCounters.ts";
import { PlainGpt2 } from "../plainTfjs.ts";
import { atMost, measured } from "../row.ts";

const PER_BLOCK = atMost(9);

export const dispatchesOfForward: Figure = {
  name: "dispatches per block, untapped forward",
  async measure(bench) {
    const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(bench.shape) });
    const ours = await perBlock(bench, (here) => dispatchesOfTrace(here, ids));
    const plain = await perBlock(bench, async ({ url }) => {
      const model = new PlainGpt2(await readCheckpoint(url));
      try {
        return await dispatchesOf(() => model.logits(ids));
      } finally {
        model.dispose();
      }
    });
    const title = `${this.name}, T = ${ids.length}`;
    return [
      measured(title, "dispatches", ours.block, PER_BLOCK, { note: `${ours.outside} outside the blocks` }),
      measured(`${title}: plain tfjs`, "dispatches", plain.block, null, {
        note: `${plain.outside} outside the blocks`,
      }),
    ];
  },
};

export const dispatchesOfDecode: Figure = {
  name: "dispatches per block, decode step",
  async measure(bench) {
    const ids = promptOf(16, { vocabulary: vocabularyOf(bench.shape) });
    const { block, outside } = await perBlock(bench, async ({ model, run }) => {
      const atToken: number[] = [];
      await run(model.recordGenerate(ids, { maxNewTokens: 6 }), () => {
        atToken.push(counts().dispatches);
      });
      return (atToken[4] as number) - (atToken[3] as number);
    });
    return [measured(this.name, "dispatches", block, PER_BLOCK, { note: `${outside} outside the blocks` })];
  },
};

export const dispatchesOfTap: Figure = {
  name: "dispatches added by a tapped pattern",
  async measure(bench) {
    const ids = promptOf(bench.options.tokens, { vocabulary: vocabularyOf(bench.shape) });
    const untapped = await perBlock(bench, (here) => dispatchesOfTrace(here, ids));
    const tapped = await perBlock(bench, (here) => dispatchesOfTrace(here, ids, 0));
    const inLayer = tapped.block + tapped.outside - untapped.block - untapped.outside;
    const note = `${untapped.block} dispatches per block; h[0].attn.source.pattern saved: ${tapped.block}`;
    return [
      measured(`${this.name}, in other layers`, "dispatches", tapped.block - untapped.block, atMost(0), { note }),
      measured(`${this.name}, in its own layer`, "dispatches", inLayer, null),
    ];
  },
};

/** Dispatches of a run after one that compiles. */
async function dispatchesOf(run: () => Promise<unknown>): Promise<number> {
  await run();
  const before = counts();
  await run();
  return since(before).dispatches;
}

/** Of a trace that saves the logits, and the pattern of a layer if one is given. */
function dispatchesOfTrace({ model, run }: EngineHere, ids: number[], layer?: number): Promise<number> {
  const program = model.record(ids, () => ({
    logits: model.lm_head.output.save(),
    ...(layer === undefined ? {} : { pattern: model.transformer.h[layer]!.attn.source.pattern.save() }),
  }));
  return dispatchesOf(() => run(program));
}

/** What one layer more adds, and what is left of one layer's model without it. */
async function perBlock(
  bench: Bench,
  count: (here: EngineHere) => Promise<number>,
): Promise<{ block: number; outside: number }> {
  const one = await count(await bench.model(bench.withLayers(1)));
  const two = await count(await bench.model(bench.withLayers(2)));
  return { block: two - one, outside: 2 * one - two };
}
