/** What stays on the device: after many traces, and after prompts of every length. */
import type { GPT2LanguageModel, Value } from "insitu";
import { promptOf, vocabularyOf } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { counts } from "../gpuCounters.ts";
import { atMost, measured } from "../row.ts";

/** As small as it gets: what is left behind is counted, not timed. */
const ONE_LAYER = "1x32x2x64";
const FEW = 20;
const MANY = 1000;

export const manyTraces: Figure = {
  name: `memory after ${MANY} mixed traces / after ${FEW}`,
  async measure(bench) {
    const { model } = await bench.model(ONE_LAYER);
    const traces = mixedTraces(model);
    let done = 0;
    const upTo = async (count: number) => {
      for (; done < count; done++) await (traces[done % traces.length] as () => Promise<unknown>)();
      const { numTensors } = await model.memory();
      return { tensors: numTensors, bytes: counts().bytesAllocated };
    };
    const few = await upTo(FEW);
    const many = await upTo(MANY);
    return [
      measured(`${this.name}: tensors`, "×", many.tensors / few.tensors, atMost(1), {
        note: `${few.tensors} and ${many.tensors} tensors, ${traces.length} kinds of trace`,
      }),
      measured(`${this.name}: bytes allocated`, "×", many.bytes / few.bytes, atMost(1.05), {
        note: `${few.bytes} and ${many.bytes} bytes`,
      }),
    ];
  },
};

/** Every kind of trace, one after another: each is seen within the first few. */
function mixedTraces(model: GPT2LanguageModel): (() => Promise<unknown>)[] {
  const { transformer, lm_head } = model;
  const { ln_f, wte } = transformer;
  const block = transformer.h[0]!;
  const ids = (tokens: number) => promptOf(tokens, { vocabulary: vocabularyOf(ONE_LAYER) });
  const logits = () => ({ logits: lm_head.output.save() });
  return [
    () => model.trace(ids(5), logits),
    () => model.trace(ids(9), () => ({ hidden: block.output.save() })),
    () =>
      model.trace(ids(5), () => {
        block.output.at(":, -1").set(0);
        return logits();
      }),
    () => model.trace(ids(7), () => ({ pattern: block.attn.source.pattern.save() })),
    () =>
      model.trace(ids(5), () => {
        block.mlp.output.mul_(0.5);
        return logits();
      }),
    () =>
      model.trace((tracer) => {
        const saved: Value[] = [];
        for (const tokens of [5, 9])
          tracer.invoke(ids(tokens), () => void saved.push(lm_head.output.at(":, -1").save()));
        return saved;
      }),
    () =>
      model.trace(ids(5), () => {
        const hidden = block.output;
        const gradient: { hidden?: Value } = {};
        lm_head.output.sum().backward(() => {
          gradient.hidden = hidden.grad.save();
        });
        return gradient;
      }),
    () => model.generate(ids(5), { maxNewTokens: 4 }),
    () => model.trace(ids(9), () => ({ best: lm_head(ln_f(wte.output)).argMax(-1).save() })),
    () => model.trace(ids(7), () => ({ mean: block.attn.output[0].mean().save() })),
  ];
}

const SHAPE = "1x32x2x256";
const LONGEST = 256;

export const everyLength: Figure = {
  name: `pool growth over prompts of every length 1 to ${LONGEST}`,
  async measure(bench) {
    const { model } = await bench.model(SHAPE);
    const pass = async () => {
      for (let tokens = 1; tokens <= LONGEST; tokens++) {
        const ids = promptOf(tokens, { vocabulary: vocabularyOf(SHAPE) });
        await model.trace(ids, () => ({ logits: model.lm_head.output.at(":, -1").save() }));
      }
      await model.memory();
      return counts().bytesAllocated;
    };
    // Weights reach the GPU when they are first used.
    await model.trace([1], () => ({ logits: model.lm_head.output.save() }));
    const before = counts().bytesAllocated;
    const first = await pass();
    const second = await pass();
    return [
      measured(`${this.name}: a second pass / the first`, "×", second / first, atMost(1.001), { note: SHAPE }),
      measured(`${this.name}: bytes the first pass left allocated`, "bytes", first - before, null, {
        note: `${before} bytes before it; ${second - first} more after the second pass`,
      }),
    ];
  },
};
