/** `<AttentionPattern>`: where the heads of a layer look. */
import { type ReactNode, useId, useRef } from "react";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { useVisible } from "../shared/useVisible.ts";
import heatmapCss from "../tensorHeatmap/tensorHeatmap.css?inline";
import stripCss from "../tokenStrip/tokenStrip.css?inline";
import { Unread } from "../tokenStrip/tokenStrip.tsx";
import css from "./attentionPattern.css?inline";
import { HeadsView } from "./headsView.tsx";
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
        <HeadsView
          pattern={shown}
          head={Math.min(head, heads - 1)}
          setHead={setHead}
          idle={model.adapter ?? ""}
          busy={status === "running" || status === "waiting" ? runStatus(model, state, "") : undefined}
        />
      ) : (
        !error && <Unread prompt={prompt} />
      )}
    </Frame>
  );
}
