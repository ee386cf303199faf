/** `<TensorHeatmap>`: a tensor as a picture. */
import type { ReactNode } from "react";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { describeCell } from "./describeCell.ts";
import { HeatmapGrid, type HeatmapGridProps } from "./heatmapGrid.tsx";
import { HeatmapLegend } from "./heatmapLegend.tsx";
import { HeatmapPickers } from "./heatmapPickers.tsx";
import css from "./tensorHeatmap.css?inline";
import { type TensorHeatmapHookOptions, useTensorHeatmap } from "./useTensorHeatmap.ts";

export interface TensorHeatmapProps
  extends FrameProps,
    TensorHeatmapHookOptions,
    Pick<HeatmapGridProps, "highlight" | "square"> {
  /** Whether numbers are written into cells that have room for them; true unless given. */
  numbers?: boolean | undefined;
  /** Whether what is shown is about to be replaced. */
  busy?: boolean | undefined;
}

/** Two dimensions of a tensor in colours, the others picked; needs no provider. */
export function TensorHeatmap(props: TensorHeatmapProps): ReactNode {
  const { highlight, square, numbers = true, busy, className, style, label } = props;
  const heatmap = useTensorHeatmap(props);
  const { tensor, view, extent, scale, cursor, selected, error } = heatmap;
  const name = label ?? tensor?.name ?? "Tensor";
  const shape = tensor && `[${tensor.shape.join(", ")}] ${tensor.dtype}`;
  const told = cursor ?? selected;
  const empty = view && (view.rows.size === 0 || view.columns.size === 0);
  return (
    <Frame
      name="tensor-heatmap"
      label={shape ? `${name} ${shape}` : name}
      css={[css]}
      busy={busy || (tensor !== undefined && extent === undefined)}
      error={error}
      status={told && tensor && view ? describeCell(tensor, view, told) : ""}
      className={className}
      style={style}
    >
      {!error && tensor && view && !empty && (
        <>
          <div className="insitu-heatmap-head">
            <HeatmapPickers heatmap={heatmap} />
            <HeatmapLegend scale={scale} extent={extent} />
          </div>
          <HeatmapGrid
            heatmap={heatmap}
            label={`${name}, ${view.rows.size} by ${view.columns.size}`}
            highlight={highlight}
            numbers={numbers}
            square={square}
          />
        </>
      )}
      {!error && empty && <p className="insitu-heatmap-empty">No numbers.</p>}
    </Frame>
  );
}
