/** `<TokenStrip>` without its looks: tokens, a number for each, and where the reader is. */
import { Labelled } from "@insitu/analysis";
import { ArgumentError, Tensor } from "insitu";
import { type KeyboardEvent, useMemo, useState } from "react";
import type { ModelInUse } from "../model/useModel.ts";
import { useModelIf } from "../model/useModel.ts";
import { type ColorScale, hasColor, type ScaleKind, scaleFor } from "../shared/colorScale.ts";
import { useLinkedHover } from "../shared/linkedHover.tsx";
import { useControlled } from "../shared/useControlled.ts";
import { useTokens } from "../shared/useTokens.ts";

export interface TokenStripHookOptions {
  /** A prompt, taken apart by the provider's model; or */
  prompt?: string | readonly number[] | undefined;
  /** its tokens as they are: no provider is needed. */
  tokens?: readonly string[] | undefined;
  /** A number for each token. A `Labelled` of one dimension brings tokens too, where none are given. */
  values?: ArrayLike<number> | Tensor | Labelled | undefined;
  /** As of `<TensorHeatmap>`. */
  scale?: ScaleKind | "auto" | undefined;
  domain?: readonly [number, number] | undefined;
  /** Positions that are picked. */
  selected?: readonly number[] | undefined;
  defaultSelected?: readonly number[] | undefined;
  /** Told of the positions that the reader picks. With it, or a selection, tokens can be picked. */
  onSelect?: ((positions: readonly number[]) => void) | undefined;
  /** Whether several can be picked. */
  multiple?: boolean | undefined;
  /** Whether the model may be asked for; components pass whether they are in view. True unless given. */
  enabled?: boolean | undefined;
}

export interface TokenStripState {
  readonly model: ModelInUse;
  /** None before the model is there. */
  readonly tokens: readonly string[];
  /** Known where a prompt was given. */
  readonly ids: readonly number[];
  readonly values: ArrayLike<number> | undefined;
  readonly scale: ColorScale | undefined;
  readonly error: Error | undefined;
  /** The position pointed at, here or in a linked component. */
  readonly hovered: number | undefined;
  readonly setHovered: (position: number | undefined) => void;
  /** The position that keys have led to. */
  readonly cursor: number | undefined;
  readonly setCursor: (position: number | undefined) => void;
  readonly selected: readonly number[];
  readonly picks: boolean;
  /** Whether several can be picked. */
  readonly multiple: boolean;
  /** Picks a position, or takes that back. */
  readonly select: (position: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useTokenStrip(options: TokenStripHookOptions): TokenStripState {
  const { prompt, enabled = true, multiple = false, scale: kind, domain } = options;
  const given = options.tokens ?? (prompt === undefined ? labelsOf(options.values) : undefined);
  const asks = given === undefined && prompt !== undefined;
  const model = useModelIf(asks && enabled);
  const own = useTokens(model.model, asks ? prompt : undefined);
  const tokens = given ?? own.tokens;
  const values = numbersOf(options.values);
  const [from, to] = domain ?? [];
  const scale = useMemo(() => {
    if (!values) return undefined;
    const shown = Array.from(values).filter(hasColor);
    const extent = shown.length === 0 ? { min: 0, max: 0 } : { min: Math.min(...shown), max: Math.max(...shown) };
    return scaleFor(extent, kind, from === undefined || to === undefined ? undefined : [from, to]);
  }, [values, kind, from, to]);
  const [hovered, setHovered] = useLinkedHover(tokens);
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const [selected, setSelected] = useControlled(options.selected, options.defaultSelected ?? NOTHING, options.onSelect);
  const picks =
    options.onSelect !== undefined || options.selected !== undefined || options.defaultSelected !== undefined;
  const select = (position: number) => {
    if (!picks) return;
    const others = multiple ? selected.filter((other) => other !== position) : [];
    setSelected(selected.includes(position) ? others : [...others, position].sort((a, b) => a - b));
  };
  const move = (position: number | undefined) => {
    setCursor(position);
    setHovered(position);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = tokens.length - 1;
    const here = cursor ?? selected[0];
    const steps: Record<string, number> = {
      ArrowLeft: (here ?? 1) - 1,
      ArrowUp: (here ?? 1) - 1,
      ArrowRight: (here ?? -1) + 1,
      ArrowDown: (here ?? -1) + 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || last < 0) return;
    if (next !== undefined) move(Math.min(last, Math.max(0, next)));
    else if (event.key === "Escape" && cursor !== undefined) move(undefined);
    else if ((event.key === "Enter" || event.key === " ") && here !== undefined && picks) select(here);
    else return;
    event.preventDefault();
  };
  return {
    model,
    tokens,
    ids: own.ids,
    values,
    scale,
    error: (asks ? model.error : undefined) ?? own.error ?? mismatch(values, tokens, model, asks),
    hovered,
    setHovered,
    cursor,
    setCursor: move,
    selected,
    picks,
    multiple,
    select,
    onKeyDown,
  };
}

const NOTHING: readonly number[] = [];

function numbersOf(values: TokenStripHookOptions["values"]): ArrayLike<number> | undefined {
  return values instanceof Labelled || values instanceof Tensor ? values.data : values;
}

function labelsOf(values: TokenStripHookOptions["values"]): readonly string[] | undefined {
  return values instanceof Labelled ? values.axes.at(-1)?.labels : undefined;
}

function mismatch(
  values: ArrayLike<number> | undefined,
  tokens: readonly string[],
  model: ModelInUse,
  asks: boolean,
): Error | undefined {
  if (!values || values.length === tokens.length || (asks && !model.model)) return undefined;
  return new ArgumentError(
    `${values.length} values for ${tokens.length} tokens.`,
    "Give a number for each token; NaN where there is none.",
    { values: values.length, tokens: tokens.length },
  );
}
