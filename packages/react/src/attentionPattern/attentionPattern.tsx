/** `<AttentionPattern>`: where the heads of a layer look. */
import { Labelled } from "@insitu/analysis";
import { Tensor } from "insitu";
import { type ReactNode, useId, useMemo, useRef } from "react";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { useLinkedHover } from "../shared/linkedHover.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { visibleText } from "../shared/token.tsx";
import { useVisible } from "../shared/useVisible.ts";
import { describeCell } from "../tensorHeatmap/describeCell.ts";
import { HeatmapGrid } from "../tensorHeatmap/heatmapGrid.tsx";
import { HeatmapLegend } from "../tensorHeatmap/heatmapLegend.tsx";
import heatmapCss from "../tensorHeatmap/tensorHeatmap.css?inline";
import { useTensorHeatmap } from "../tensorHeatmap/useTensorHeatmap.ts";
import { TokenList } from "../tokenStrip/tokenList.tsx";
import stripCss from "../tokenStrip/tokenStrip.css?inline";
import { Unread } from "../tokenStrip/tokenStrip.tsx";
import { useTokenStrip } from "../tokenStrip/useTokenStrip.ts";
import css from "./attentionPattern.css?inline";
import { HeadPicker } from "./headPicker.tsx";
import { type AttentionPatternHookOptions, useAttentionPattern } from "./useAttentionPattern.ts";

export interface AttentionPatternProps extends FrameProps, Omit<AttentionPatternHookOptions, "enabled"> {
  prompt: string | readonly number[];
}

export function AttentionPattern(props: AttentionPatternProps): ReactNode {
  const { prompt, className, style, label = "Attention" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const visible = useVisible(ref);
  const state = useAttentionPattern(prompt, { ...props, enabled: visible });
  const { model, layers, layer, setLayer, heads, head, setHead, status, error } = state;
  const shown = error ? undefined : state.latest;
  const id = useId();
  return (
    <Frame
      name="attention-pattern"
      label={label}
      css={[heatmapCss, stripCss, css]}
      frameRef={ref}
      busy={status === "running" || model.status === "loading"}
      error={error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={shown ? undefined : runStatus(model, state, "")}
      className={className}
      style={style}
    >
      <div className="insitu-controls">
        <label htmlFor={id}>
          Layer
          <select
            id={id}
            value={layer}
            disabled={layers === 0}
            onChange={({ target }) => setLayer(Number(target.value))}
          >
            {Array.from({ length: Math.max(layers, 1) }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its number
              <option key={i} value={i}>
                {i}
              </option>
            ))}
          </select>
        </label>
      </div>
      {shown ? (
        <Shown pattern={shown} head={Math.min(head, heads - 1)} setHead={setHead} state={state} />
      ) : (
        !error && <Unread prompt={prompt} />
      )}
    </Frame>
  );
}

interface ShownProps {
  pattern: Labelled;
  head: number;
  setHead: (head: number) => void;
  state: ReturnType<typeof useAttentionPattern>;
}

/** From nowhere to entirely. */
const DOMAIN = [0, 1] as const;

function Shown({ pattern, head, setHead, state }: ShownProps): ReactNode {
  const tokens = pattern.axes[1]!.labels;
  const masked = useMemo(() => withoutFuture(pattern), [pattern]);
  const [hovered, setHovered] = useLinkedHover(tokens);
  const at = useMemo(() => [head, 0, 0], [head]);
  const heatmap = useTensorHeatmap({
    data: masked,
    axes: AXES,
    at,
    scale: "sequential",
    domain: DOMAIN,
    onCursorChange: (cell) => setHovered(cell?.row),
  });
  const { cursor, view, tensor, scale } = heatmap;
  const strip = useTokenStrip({ tokens, defaultSelected: [] });
  const query = cursor?.row ?? hovered ?? strip.selected[0] ?? tokens.length - 1;
  const row = useMemo(() => Float32Array.from(tokens, (_, key) => view?.value(query, key) ?? 0), [tokens, view, query]);
  const looks = useMemo(() => (key: number) => `${(100 * Math.max(0, row[key] ?? 0)).toFixed(1)} %`, [row]);
  const busy = state.status === "running" || state.status === "waiting";
  return (
    <>
      <HeadPicker pattern={masked} scale={scale} head={head} setHead={setHead} />
      <div className="insitu-heatmap-head">
        <span className="insitu-attention-title">Head {head}</span>
        <HeatmapLegend scale={scale} />
      </div>
      <HeatmapGrid
        heatmap={heatmap}
        label={`Attention of head ${head}, from each token to each before it`}
        highlight={cursor ? undefined : { row: hovered, column: hovered }}
        square
      />
      <p className="insitu-attention-title">Where {visibleText(tokens[query] ?? "")} looks</p>
      <TokenList
        strip={{ ...strip, values: row, scale }}
        label={`Where ${JSON.stringify(tokens[query])} looks`}
        describe={looks}
      />
      <p className="insitu-status" role="status">
        {busy
          ? runStatus(state.model, state, "")
          : cursor && tensor && view
            ? describeCell(tensor, view, cursor)
            : hovered !== undefined && strip.cursor !== undefined
              ? `${visibleText(tokens[hovered] ?? "")}: ${looks(hovered)}`
              : `${state.model.adapter}`}
      </p>
    </>
  );
}

const AXES = [1, 2] as const;

/** What a token cannot look at, being after it, is masked, and drawn as nothing. */
function withoutFuture({ name, axes, data, shape }: Labelled): Labelled {
  const [, queries, keys] = shape as [number, number, number];
  const masked = data.slice();
  for (let row = 0; row * keys < masked.length; row++) {
    masked.fill(-1e30, row * keys + (row % queries) + 1, (row + 1) * keys);
  }
  return new Labelled(name, axes, new Tensor(shape, "float32", masked));
}
