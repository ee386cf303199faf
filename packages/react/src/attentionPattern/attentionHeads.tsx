/** `<AttentionHeads>`: patterns that came from elsewhere, a panel for each head. Needs no provider. */
import { type Axis, Labelled } from "@insitu/analysis";
import { ArgumentError, Tensor } from "insitu";
import { type ReactNode, useMemo } from "react";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { useControlled } from "../shared/useControlled.ts";
import heatmapCss from "../tensorHeatmap/tensorHeatmap.css?inline";
import stripCss from "../tokenStrip/tokenStrip.css?inline";
import css from "./attentionPattern.css?inline";
import { HeadsView } from "./headsView.tsx";

export interface AttentionHeadsProps extends FrameProps {
  /** [heads, queries, keys], or with dimensions before these, of which every place is a panel: how much each token looks at each. */
  pattern: Tensor;
  /** One for each key; numbered unless given. */
  tokens?: readonly string[] | undefined;
  /** Which head is shown large; 0 unless given or picked. */
  head?: number | undefined;
  defaultHead?: number | undefined;
  onHeadChange?: ((head: number) => void) | undefined;
}

export function AttentionHeads(props: AttentionHeadsProps): ReactNode {
  const { pattern, tokens, label = "Attention", className, style } = props;
  const [head, setHead] = useControlled(props.head, props.defaultHead ?? 0, props.onHeadChange);
  const labelled = useMemo(() => read(pattern, tokens), [pattern, tokens]);
  const heads = labelled instanceof Labelled ? labelled.shape[0]! : 0;
  return (
    <Frame
      name="attention-pattern"
      label={label}
      css={[heatmapCss, stripCss, css]}
      error={labelled instanceof Error ? labelled : undefined}
      className={className}
      style={style}
    >
      {labelled instanceof Labelled && (
        <HeadsView pattern={labelled} head={Math.max(0, Math.min(head, heads - 1))} setHead={setHead} idle="" />
      )}
    </Frame>
  );
}

/** What is wrong with a pattern is shown in its place. */
function read({ shape, data }: Tensor, tokens: readonly string[] | undefined): Labelled | Error {
  const [queries = 0, keys = 0] = shape.slice(-2);
  if (shape.length < 2 || queries === 0 || keys !== queries) {
    return new ArgumentError(
      `A pattern of shape [${shape.join(", ")}].`,
      "Give [heads, queries, keys], with as many queries as keys.",
    );
  }
  if (tokens && tokens.length !== keys)
    return new ArgumentError(`${tokens.length} tokens for ${keys} keys.`, "Give one for each key.");
  const labels = tokens ?? Array.from({ length: keys }, (_, i) => String(i));
  const heads = data.length / (queries * keys);
  const axes: Axis[] = [
    { name: "head", labels: Array.from({ length: heads }, (_, i) => String(i)) },
    { name: "query", labels },
    { name: "key", labels },
  ];
  return new Labelled("attention", axes, new Tensor([heads, queries, keys], "float32", data));
}
