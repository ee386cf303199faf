/** `<TokenStrip>`: a prompt's tokens, with their spaces to be seen and a number for each in colour. */
import { type ReactNode, useRef } from "react";
import { formatNumber } from "../shared/format.ts";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { visibleText } from "../shared/token.tsx";
import { useVisible } from "../shared/useVisible.ts";
import { HeatmapLegend } from "../tensorHeatmap/heatmapLegend.tsx";
import heatmapCss from "../tensorHeatmap/tensorHeatmap.css?inline";
import { TokenList } from "./tokenList.tsx";
import css from "./tokenStrip.css?inline";
import { type TokenStripHookOptions, useTokenStrip } from "./useTokenStrip.ts";

export interface TokenStripProps extends FrameProps, Omit<TokenStripHookOptions, "enabled"> {
  /** How a token's number is written. */
  format?: ((value: number) => string) | undefined;
  /** Whether what is shown is about to be replaced. */
  busy?: boolean | undefined;
}

export function TokenStrip(props: TokenStripProps): ReactNode {
  const { prompt, format = formatNumber, busy = false, className, style, label = "Tokens" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const visible = useVisible(ref);
  const strip = useTokenStrip({ ...props, enabled: visible });
  const { model, tokens, ids, values, scale, error, hovered, selected } = strip;
  const waits = tokens.length === 0 && error === undefined;
  const describe = (position: number) => (values ? format(values[position]!) : "");
  const told = hovered ?? (selected.length === 1 ? selected[0] : undefined);
  const status =
    told !== undefined && told < tokens.length
      ? [
          `${told} ${visibleText(tokens[told]!)}`,
          ids[told] === undefined ? "" : `, id ${ids[told]}`,
          values ? `: ${describe(told)}` : "",
        ].join("")
      : waits
        ? ""
        : `${tokens.length} tokens${selected.length > 1 ? `, ${selected.length} picked` : ""}`;
  return (
    <Frame
      name="token-strip"
      label={label}
      css={[heatmapCss, css]}
      frameRef={ref}
      busy={busy || model.status === "loading"}
      error={error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={status}
      className={className}
      style={style}
    >
      {!error && values && <HeatmapLegend scale={scale} format={format} />}
      {waits ? <Unread prompt={prompt} /> : !error && <TokenList strip={strip} label={label} describe={describe} />}
    </Frame>
  );
}

/** The prompt before it is taken apart, about where its tokens will stand. */
export function Unread({ prompt }: { prompt: string | readonly number[] | undefined }): ReactNode {
  const words =
    typeof prompt === "string" ? (prompt.match(/\s*\S+|\s+/g) ?? []) : Array.isArray(prompt) ? prompt.map(String) : [];
  return (
    <div className="insitu-tokens insitu-tokens-unread">
      {words.map((word, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
        <span key={i} className="insitu-tokens-token">
          {visibleText(word)}
        </span>
      ))}
    </div>
  );
}
