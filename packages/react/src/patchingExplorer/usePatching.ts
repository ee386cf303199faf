/** `<PatchingExplorer>` without its looks: a sweep that comes layer by layer. */
import {
  activationPatching,
  type Labelled,
  labelled,
  logitDifference,
  type MetricLike,
  type Site,
} from "@insitu/analysis";
import { useRef, useState } from "react";
import { type Run, type RunHookOptions, useRun } from "../run/useRun.ts";

export interface PatchingHookOptions extends RunHookOptions {
  clean: string;
  corrupt: string;
  /** Tokens of the metric, the difference of their logits. */
  answer: string;
  wrong: string;
  /** Another metric; compared by identity. */
  metric?: MetricLike | undefined;
  site: Site;
}

export interface PatchingSweep {
  /** The part of the metric that each cell restores; NaN where it has not run. */
  recovered: Labelled;
  /** Layers done. */
  layers: number;
  asked: Omit<PatchingHookOptions, "enabled">;
}

export interface PatchingState {
  readonly sweep: Run<PatchingSweep>;
  /** Ends the sweep; what there is of it stays. */
  readonly cancel: () => void;
  /** Begins it again. */
  readonly again: () => void;
}

export function usePatching({ enabled, ...asked }: PatchingHookOptions): PatchingState {
  const { clean, corrupt, answer, wrong, metric, site } = asked;
  const [times, setTimes] = useState(0);
  const cancelled = useRef<() => void>(() => {});
  const sweep = useRun<PatchingSweep>(
    async (model, { signal, onProgress, onPartial }) => {
      const own = new AbortController();
      cancelled.current = () => own.abort();
      signal.addEventListener("abort", () => own.abort());
      const count = model.transformer.h.length;
      const rows: number[] = [];
      let soFar: PatchingSweep | undefined;
      for (let layer = 0; layer < count; layer++) {
        try {
          const { recovered } = await activationPatching(model, {
            clean,
            corrupt,
            metric: metric ?? logitDifference(answer, wrong),
            site,
            layers: [layer],
            signal: own.signal,
          });
          rows.push(...recovered.data);
          const places = recovered.axes[1]!;
          const names = Array.from({ length: count }, (_, i) => `L${i}`);
          const all = new Array<number>(count * places.labels.length).fill(Number.NaN);
          for (const [i, x] of rows.entries()) all[i] = x;
          soFar = {
            recovered: labelled(recovered.name, [{ name: "layer", labels: names }, places], all),
            layers: layer + 1,
            asked,
          };
          onPartial(soFar);
          onProgress({ done: layer + 1, total: count });
        } catch (error) {
          if (own.signal.aborted && !signal.aborted && soFar) return soFar;
          throw error;
        }
      }
      return soFar!;
    },
    [clean, corrupt, answer, wrong, metric, site, times],
    { enabled },
  );
  return { sweep, cancel: () => cancelled.current(), again: () => setTimes(times + 1) };
}
