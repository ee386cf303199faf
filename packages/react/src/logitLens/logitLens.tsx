/** `<LogitLens>`: what the model would say if it stopped at each place of its stream. */
import { type ReactNode, useId, useRef, useState } from "react";
import { formatNumber, formatPercent } from "../shared/format.ts";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { useLinkedHover } from "../shared/linkedHover.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { visibleText } from "../shared/token.tsx";
import { useControlled } from "../shared/useControlled.ts";
import { useVisible } from "../shared/useVisible.ts";
import type { CellPlace } from "../tensorHeatmap/cellPlace.ts";
import { HeatmapLegend } from "../tensorHeatmap/heatmapLegend.tsx";
import heatmapCss from "../tensorHeatmap/tensorHeatmap.css?inline";
import stripCss from "../tokenStrip/tokenStrip.css?inline";
import { Unread } from "../tokenStrip/tokenStrip.tsx";
import topTokensCss from "../topTokens/topTokens.css?inline";
import { TopTokensTable } from "../topTokens/topTokens.tsx";
import { LensGrid } from "./lensGrid.tsx";
import css from "./logitLens.css?inline";
import { type LensFigure, type LogitLensHookOptions, useLogitLens } from "./useLogitLens.ts";

export interface LogitLensProps extends FrameProps, Omit<LogitLensHookOptions, "enabled"> {
  prompt: string | readonly number[];
  /** The cell whose likeliest tokens are listed: its place as a row, its position as a column; null for the last. */
  selected?: CellPlace | null | undefined;
  defaultSelected?: CellPlace | null | undefined;
  onSelect?: ((cell: CellPlace | null) => void) | undefined;
}

const FIGURES: readonly [LensFigure, string][] = [
  ["probability", "probability"],
  ["rank", "rank"],
  ["entropy", "entropy"],
  ["kl", "KL to the end"],
];

export function LogitLens(props: LogitLensProps): ReactNode {
  const { prompt, k = 5, className, style, label = "Logit lens" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const visible = useVisible(ref);
  const state = useLogitLens(prompt, { ...props, enabled: visible });
  const { model, by, setBy, token, setToken, status, error, scale, figures } = state;
  const reading = error ? undefined : (state.result ?? state.latest);
  const [hovered, setHovered] = useLinkedHover(reading?.tokens ?? []);
  const [cursor, setOwnCursor] = useState<CellPlace | null>(null);
  const [selected, setSelected] = useControlled(props.selected, props.defaultSelected ?? null, props.onSelect);
  const id = useId();
  const name = FIGURES.find(([key]) => key === by)![1];
  const nats = by === "entropy" || by === "kl";
  const format = (value: number) =>
    by === "probability" ? formatPercent(value) : `${name} ${formatNumber(value)}${nats ? " nats" : ""}`;
  const setCursor = (place: CellPlace | null) => {
    if (place?.row === cursor?.row && place?.column === cursor?.column) return;
    setOwnCursor(place);
    setHovered(place?.column);
  };
  const within = (place: CellPlace | null) =>
    place && reading && place.row < reading.places.length && place.column < reading.tokens.length ? place : null;
  const last = reading && { row: reading.places.length - 1, column: reading.tokens.length - 1 };
  const told = within(cursor) ?? within(selected) ?? last;
  return (
    <Frame
      name="logit-lens"
      label={label}
      css={[heatmapCss, stripCss, topTokensCss, css]}
      frameRef={ref}
      busy={status === "running" || model.status === "loading"}
      error={error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={
        status === "done" && reading && figures && told
          ? `${reading.places[told.row]} after ${visibleText(reading.tokens[told.column]!)}: ${visibleText(
              (nats ? undefined : reading.token) ?? reading.first(told.row, told.column),
            )}, ${format(figures.at(told.row, told.column))}`
          : runStatus(model, state, "")
      }
      className={className}
      style={style}
    >
      <div className="insitu-heatmap-head">
        <div className="insitu-controls">
          <label htmlFor={id}>
            Colour
            <select id={id} value={by} onChange={({ target }) => setBy(target.value as LensFigure)}>
              {FIGURES.map(([key, text]) => (
                <option key={key} value={key} disabled={key === "rank" && token === null}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          {token !== null && (
            <button type="button" onClick={() => setToken(null)}>
              <span aria-hidden="true">{`${visibleText(reading?.token ?? String(token))} ×`}</span>
              <span className="insitu-hidden">{`Follow ${JSON.stringify(token)} no more`}</span>
            </button>
          )}
        </div>
        <HeatmapLegend scale={scale} format={by === "probability" ? (x) => `${100 * x} %` : formatNumber} />
      </div>
      {reading ? (
        <div className="insitu-lens-whole">
          <LensGrid
            reading={reading}
            state={state}
            format={format}
            hovered={hovered}
            cursor={within(cursor)}
            setCursor={setCursor}
            selected={within(selected)}
            select={(place) =>
              setSelected(place.row === selected?.row && place.column === selected.column ? null : place)
            }
          />
          {told && (
            <div className="insitu-lens-top">
              <p>
                {reading.places[told.row]} after {visibleText(reading.tokens[told.column]!)}; pick a token to follow it
              </p>
              <TopTokensTable
                tokens={reading.top(told.row, told.column)}
                rows={k}
                selected={typeof token === "number" ? token : (reading.lens.tokens?.ids[0] ?? null)}
                onSelect={(picked) => setToken(picked?.id ?? null)}
              />
            </div>
          )}
        </div>
      ) : (
        !error && <Unread prompt={prompt} />
      )}
    </Frame>
  );
}
