import type { Labelled } from "@insitu/analysis";
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react";
import type { ColorScale } from "../shared/colorScale.ts";
import { HeatmapCanvas } from "../tensorHeatmap/heatmapCanvas.tsx";
import { heatmapTensor } from "../tensorHeatmap/heatmapTensor.ts";
import { heatmapView } from "../tensorHeatmap/heatmapView.ts";
import { useBoxSize } from "../tensorHeatmap/useBoxSize.ts";

interface Props {
  /** [head, query, key]. */
  pattern: Labelled;
  scale: ColorScale | undefined;
  head: number;
  setHead: (head: number) => void;
}

/** All heads of a layer, small, to pick one. */
export function HeadPicker({ pattern, scale, head, setHead }: Props): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const heads = pattern.shape[0]!;
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: (head + heads - 1) % heads,
      ArrowUp: (head + heads - 1) % heads,
      ArrowRight: (head + 1) % heads,
      ArrowDown: (head + 1) % heads,
      Home: 0,
      End: heads - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setHead(next);
    ref.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div ref={ref} className="insitu-heads" role="radiogroup" aria-label="Head" onKeyDown={onKeyDown}>
      {Array.from({ length: heads }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a head is its number
        <HeadButton key={i} {...{ pattern, scale, head: i, picked: i === head, setHead }} />
      ))}
    </div>
  );
}

function HeadButton(props: Props & { picked: boolean }): ReactNode {
  const { pattern, scale, head, picked, setHead } = props;
  const ref = useRef<HTMLSpanElement>(null);
  const size = useBoxSize(ref);
  const view = useMemo(() => heatmapView(heatmapTensor(pattern), [1, 2], [head]), [pattern, head]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: with a picture in it
    <button
      type="button"
      role="radio"
      aria-checked={picked}
      aria-label={`Head ${head}`}
      tabIndex={picked ? 0 : -1}
      onClick={() => setHead(head)}
    >
      <span ref={ref} className="insitu-heads-picture">
        <HeatmapCanvas view={view} scale={scale} size={size} numbers={false} />
      </span>
      {head}
    </button>
  );
}
