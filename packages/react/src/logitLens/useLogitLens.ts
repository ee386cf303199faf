/** `<LogitLens>` without its looks: what each place of the stream would say, and a number for each. */
import {
  type Labelled,
  type LensSite,
  type LensToken,
  type LogitLens,
  logitLens,
  type Token,
  type Unembedding,
} from "@insitu/analysis";
import type { GPT2LanguageModel } from "insitu";
import { useMemo } from "react";
import { type ModelInUse, useModelWhen } from "../model/useModel.ts";
import { type Run, type RunHookOptions, useRun } from "../run/useRun.ts";
import { type ColorScale, colorScale, scaleFor } from "../shared/colorScale.ts";
import { useControlled } from "../shared/useControlled.ts";
import { textOf } from "../shared/useTokens.ts";

/** What colours a lens: of the likeliest token or of the chosen one, or of the whole distribution. */
export type LensFigure = "probability" | "rank" | "entropy" | "kl";

export interface LogitLensHookOptions extends RunHookOptions {
  /** Which places; as of `logitLens`. */
  sites?: readonly LensSite[] | undefined;
  layers?: readonly number[] | undefined;
  /** What reads the stream; another function is another lens, so keep the one you have. */
  unembedding?: Unembedding | undefined;
  /** How many of the likeliest tokens of a place are told; 5 unless given. */
  k?: number | undefined;
  /** What the colours are; "probability" unless given or picked. "rank" is there with a token. */
  by?: LensFigure | undefined;
  defaultBy?: LensFigure | undefined;
  onByChange?: ((by: LensFigure) => void) | undefined;
  /** A token to be followed through all places, text or id; null for none: then it is each place's likeliest. */
  token?: Token | null | undefined;
  defaultToken?: Token | null | undefined;
  onTokenChange?: ((token: Token | null) => void) | undefined;
}

/** A reading, and for which token it was asked. */
export interface LensReading {
  readonly lens: LogitLens;
  /** The text of the token that is followed. */
  readonly token: string | undefined;
  /** "embed", "0_post" …, and the prompt's tokens. */
  readonly places: readonly string[];
  readonly tokens: readonly string[];
  /** The likeliest token of a place and a position: cheap enough for every cell. */
  first(place: number, position: number): string;
  /** The likeliest tokens there, falling. */
  top(place: number, position: number): LensToken[];
}

export interface LogitLensState extends Run<LensReading> {
  readonly model: ModelInUse;
  readonly by: LensFigure;
  readonly setBy: (by: LensFigure) => void;
  readonly token: Token | null;
  readonly setToken: (token: Token | null) => void;
  /** [place, position]: the figure that colours the newest reading, and its colours. */
  readonly figures: Labelled | undefined;
  readonly scale: ColorScale | undefined;
}

export function useLogitLens(prompt: string | readonly number[], options: LogitLensHookOptions = {}): LogitLensState {
  const { sites, layers, unembedding, k = 5, enabled = true } = options;
  const model = useModelWhen(enabled);
  const [chosenBy, setBy] = useControlled<LensFigure>(
    options.by,
    options.defaultBy ?? "probability",
    options.onByChange,
  );
  const [token, setToken] = useControlled<Token | null>(
    options.token,
    options.defaultToken ?? null,
    options.onTokenChange,
  );
  const run = useRun<LensReading>(
    async (lm, { signal, onProgress }) => {
      const lens = await logitLens(lm, prompt, {
        k,
        signal,
        onProgress,
        ...(sites && { sites }),
        ...(layers && { layers }),
        ...(unembedding && { unembedding }),
        ...(token !== null && { tokens: [token] }),
      });
      return {
        lens,
        token: lens.tokens?.probability.axes.at(-1)?.labels[0],
        places: lens.entropy.axes[0]!.labels,
        tokens: lens.prompts.tokens[0]!,
        first: firstOf(lm, lens),
        top: (place, position) => lens.top(place, position),
      };
    },
    [JSON.stringify([prompt, sites, layers, token]), k, unembedding],
    { enabled },
  );
  const shown = run.result ?? run.latest;
  // Without a token there is none to count the rank of.
  const by = chosenBy === "rank" && !shown?.lens.tokens ? "probability" : chosenBy;
  const figures = useMemo(() => shown && figuresOf(shown.lens, by), [shown, by]);
  const scale = useMemo(() => figures && scaleOf(figures, by, model.model?.spec.vocabSize ?? 1), [figures, by, model]);
  return { ...run, model, by, setBy, token, setToken, figures, scale };
}

/** Decodes each token once. */
function firstOf(model: GPT2LanguageModel, { topIds }: LogitLens): LensReading["first"] {
  const [, positions, k] = topIds.shape as [number, number, number];
  const texts = new Map<number, string>();
  return (place, position) => {
    const id = topIds.data[(place * positions + position) * k] as number;
    let text = texts.get(id);
    if (text === undefined) {
      text = textOf(model, [id])[0]!;
      texts.set(id, text);
    }
    return text;
  };
}

function figuresOf(lens: LogitLens, by: LensFigure): Labelled {
  if (by === "entropy") return lens.entropy;
  if (by === "kl") return lens.kl;
  if (by === "rank") return lens.tokens!.rank.pick("token", 0);
  return lens.tokens?.probability.pick("token", 0) ?? lens.topProbabilities.pick("rank", 0);
}

/** Dark is where the model knows: probable, near the top, of little doubt. */
function scaleOf(figures: Labelled, by: LensFigure, vocabulary: number): ColorScale {
  if (by === "probability") return colorScale("sequential", [0, 1]);
  // Ranks count by their logarithm: from 0 to 9 is as far as from 99 to 999.
  if (by === "rank")
    return transformed(colorScale("sequential", [-Math.log10(vocabulary), 0]), rankColor, [vocabulary, 0]);
  const max = figures.data.reduce((most, x) => Math.max(most, x), 0);
  return transformed(scaleFor({ min: -max, max: 0 }, "sequential"), (x) => -x, [max, 0]);
}

const rankColor = (rank: number) => -Math.log10(rank + 1);

function transformed(scale: ColorScale, by: (value: number) => number, domain: readonly [number, number]): ColorScale {
  return {
    kind: scale.kind,
    domain,
    color: (value) => scale.color(by(value)),
    ink: (value) => scale.ink(by(value)),
    pixel: (value) => scale.pixel(by(value)),
  };
}
