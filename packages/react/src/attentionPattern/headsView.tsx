/** A layer's heads, small, and one of them large with its tokens: what `<AttentionPattern>` and `<AttentionHeads>` draw. */
import { Labelled } from "@insitu/analysis";
import { Tensor } from "insitu";
import { type ReactNode, useMemo } from "react";
import { useLinkedHover } from "../shared/linkedHover.tsx";
import { visibleText } from "../shared/token.tsx";
import { describeCell } from "../tensorHeatmap/describeCell.ts";
import { HeatmapGrid } from "../tensorHeatmap/heatmapGrid.tsx";
import { HeatmapLegend } from "../tensorHeatmap/heatmapLegend.tsx";
import { useTensorHeatmap } from "../tensorHeatmap/useTensorHeatmap.ts";
import { TokenList } from "../tokenStrip/tokenList.tsx";
import { useTokenStrip } from "../tokenStrip/useTokenStrip.ts";
import { HeadPicker } from "./headPicker.tsx";

export interface HeadsViewProps {
  /** [head, query, key], with the tokens as labels. */
  pattern: Labelled;
  head: number;
  setHead: (head: number) => void;
  /** What is told while nothing is pointed at. */
  idle: string;
  /** What is told instead of anything else. */
  busy?: string | undefined;
}

/** From nowhere to entirely. */
const DOMAIN = [0, 1] as const;

export function HeadsView({ pattern, head, setHead, idle, busy }: HeadsViewProps): ReactNode {
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
        {busy ??
          (cursor && tensor && view
            ? describeCell(tensor, view, cursor)
            : hovered !== undefined && strip.cursor !== undefined
              ? `${visibleText(tokens[hovered] ?? "")}: ${looks(hovered)}`
              : idle)}
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
