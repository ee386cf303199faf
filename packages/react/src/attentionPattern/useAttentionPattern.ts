/** `<AttentionPattern>` without its looks: the pattern of every head of a layer, and which of them is looked at. */
import { Labelled } from "@insitu/analysis";
import { ArgumentError, type GPT2LanguageModel, Tensor } from "insitu";
import { useEffect, useRef } from "react";
import { type ModelInUse, useModelWhen } from "../model/useModel.ts";
import { type Run, type RunHookOptions, useRun } from "../run/useRun.ts";
import { useControlled } from "../shared/useControlled.ts";
import { tokensOf, useTokens } from "../shared/useTokens.ts";
import { PatternCache } from "./patternCache.ts";

export interface AttentionPatternHookOptions extends RunHookOptions {
  /** Which layer; 0 unless given or picked. Negative numbers count from the end, here and below. */
  layer?: number | undefined;
  defaultLayer?: number | undefined;
  onLayerChange?: ((layer: number) => void) | undefined;
  /** Which head is shown large; 0 unless given or picked. */
  head?: number | undefined;
  defaultHead?: number | undefined;
  onHeadChange?: ((head: number) => void) | undefined;
}

export interface AttentionPatternState extends Run<Labelled> {
  readonly model: ModelInUse;
  /** The prompt's tokens; none before the model is there. */
  readonly tokens: readonly string[];
  /** How many there are; 0 before the model is there. */
  readonly layers: number;
  readonly heads: number;
  readonly layer: number;
  readonly setLayer: (layer: number) => void;
  readonly head: number;
  readonly setHead: (head: number) => void;
}

/**
 * `result` is [head, query, key]: how much each token looks at each. Of a layer it is asked for once, however often the
 * reader comes back to it.
 */
export function useAttentionPattern(
  prompt: string | readonly number[],
  options: AttentionPatternHookOptions = {},
): AttentionPatternState {
  const { enabled = true } = options;
  const model = useModelWhen(enabled);
  const [chosenLayer, setLayer] = useControlled(options.layer, options.defaultLayer ?? 0, options.onLayerChange);
  const [chosenHead, setHead] = useControlled(options.head, options.defaultHead ?? 0, options.onHeadChange);
  const { layers, heads } = sizesOf(model.model);
  const layer = fromStart(chosenLayer, layers);
  const { tokens } = useTokens(model.model, prompt);
  const cache = useRef<PatternCache | undefined>(undefined);
  cache.current ??= new PatternCache();
  const asked = JSON.stringify(prompt);
  const known = model.model && cache.current.get(model.model, asked, layer);
  const run = useRun(
    async (lm) => {
      const { transformer } = lm;
      if (!(Number.isInteger(layer) && layer >= 0 && layer < layers)) {
        throw new ArgumentError(`There is no layer ${chosenLayer}.`, `Layers run from 0 to ${layers - 1}.`);
      }
      const pattern = await lm.trace(prompt, () => transformer.h[layer]!.attn.source.pattern.save());
      const labels = tokensOf(lm, prompt).tokens;
      const heads = Array.from({ length: pattern.shape[1]! }, (_, head) => `H${head}`);
      const result = new Labelled(
        `attention of layer ${layer}`,
        [
          { name: "head", labels: heads },
          { name: "query", labels },
          { name: "key", labels },
        ],
        new Tensor(pattern.shape.slice(1), "float32", pattern.data),
      );
      cache.current?.set(lm, asked, layer, result);
      return result;
    },
    [asked, layer],
    { enabled: enabled && known === undefined },
  );
  // What stood there last, be it from the model or remembered.
  const last = useRef<Labelled | undefined>(undefined);
  const result = known ?? run.result;
  useEffect(() => {
    if (result) last.current = result;
  }, [result]);
  return {
    ...(known ? { status: "done", error: undefined, progress: undefined, partial: undefined } : run),
    result,
    latest: result ?? last.current,
    model,
    tokens,
    layers,
    heads,
    layer,
    setLayer,
    head: fromStart(chosenHead, heads),
    setHead,
  };
}

/** How many layers and heads a model has. */
function sizesOf(model: GPT2LanguageModel | undefined): { layers: number; heads: number } {
  const place = model?.spec.sites.find(({ port }) => port === "source.pattern");
  return { layers: model?.transformer.h.length ?? 0, heads: Number(place?.shape[1] ?? 0) };
}

/** Negative numbers count from the end. */
const fromStart = (place: number, size: number): number => (place < 0 ? place + size : place);
