import type { Labelled } from "@insitu/analysis";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { formatNumber } from "../shared/format.ts";
import { inSlices } from "../shared/inSlices.ts";
import { type HeatmapData, heatmapTensor } from "../tensorHeatmap/heatmapTensor.ts";
import { TensorHeatmap } from "../tensorHeatmap/tensorHeatmap.tsx";

/** Numbers read between two looks at the clock. */
const PIECE = 1 << 16;

/** A tensor: its shape, what lies in it, and a picture. */
export function NumberResult({ data, name }: { data: HeatmapData; name: string | undefined }): ReactNode {
  const numbers = useMemo(() => heatmapTensor(data).data, [data]);
  const [stats, setStats] = useState<Stats | undefined>(undefined);
  useEffect(() => inSlices(statsOf(numbers), setStats), [numbers]);
  return (
    <div className="insitu-playground-numbers">
      <TensorHeatmap data={data} {...(name !== undefined && { label: named(data, name) })} />
      <p className="insitu-playground-stats">
        {stats && numbers.length > 0 ? (
          <>
            min {formatNumber(stats.min)} · mean {formatNumber(stats.mean)} · max {formatNumber(stats.max)}
            {stats.broken > 0 && ` · ${stats.broken} not finite`}
          </>
        ) : (
          " "
        )}
      </p>
    </div>
  );
}

function named(data: HeatmapData, name: string): string {
  const own = typeof data === "object" && "axes" in data ? (data as Labelled).name : name;
  return own === name ? name : `${name}: ${own}`;
}

export interface Stats {
  /** Of the numbers that are finite. */
  min: number;
  mean: number;
  max: number;
  /** How many are not. */
  broken: number;
}

export function* statsOf(data: ArrayLike<number>): Generator<void, Stats> {
  let [min, max, sum, broken] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let start = 0; start < data.length; start += PIECE) {
    const end = Math.min(data.length, start + PIECE);
    for (let i = start; i < end; i++) {
      const value = data[i] as number;
      if (!Number.isFinite(value)) {
        broken++;
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
    yield;
  }
  const count = data.length - broken;
  return count > 0
    ? { min, mean: sum / count, max, broken }
    : { min: Number.NaN, mean: Number.NaN, max: Number.NaN, broken };
}
