/** `<TopTokens>`: what the model would say next, as a table with bars. */
import type { TopToken } from "@insitu/analysis";
import { type ReactNode, useRef } from "react";
import { useModelWhen } from "../model/useModel.ts";
import { formatPercent } from "../shared/format.ts";
import frameCss from "../shared/frame.css?inline";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { Token } from "../shared/token.tsx";
import { useControlled } from "../shared/useControlled.ts";
import { useStyles } from "../shared/useStyles.ts";
import { useVisible } from "../shared/useVisible.ts";
import css from "./topTokens.css?inline";
import { useTopTokens } from "./useTopTokens.ts";

export interface TopTokensProps extends FrameProps {
  prompt: string | readonly number[];
  /** How many; 10 unless given. */
  k?: number;
  /** After which position; the last unless given. Negative numbers count from the end. */
  position?: number;
  /** The id of the token that is picked; picked by the reader unless given. */
  selected?: number | null;
  /** The one picked at first. */
  defaultSelected?: number | null;
  /** Told of the token that the reader picks; null where they take that back. With it, or a selection, rows are buttons. */
  onSelect?: (token: TopToken | null) => void;
}

export function TopTokens(props: TopTokensProps): ReactNode {
  const { prompt, k = 10, position = -1, className, style, label = "Next token" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const visible = useVisible(ref);
  const model = useModelWhen(visible);
  const run = useTopTokens(prompt, { k, position, enabled: visible });
  const { result, latest } = run;
  const shown = result ?? (run.status === "error" ? undefined : latest);
  return (
    <Frame
      name="top-tokens"
      label={label}
      css={[css]}
      frameRef={ref}
      busy={run.status === "running" || model.status === "loading"}
      error={run.error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={runStatus(model, run, `${model.adapter}`)}
      className={className}
      style={style}
    >
      <TopTokensTable
        tokens={shown}
        rows={k}
        selected={props.selected}
        defaultSelected={props.defaultSelected}
        onSelect={props.onSelect}
      />
    </Frame>
  );
}

export interface TopTokensTableProps {
  /** Empty rows stand where there are none yet, so that nothing moves when they come. */
  tokens: readonly TopToken[] | undefined;
  /** How many rows there will be. */
  rows: number;
  selected?: number | null | undefined;
  defaultSelected?: number | null | undefined;
  onSelect?: ((token: TopToken | null) => void) | undefined;
}

/** The table alone, of tokens that came from elsewhere. Bars are shares of the likeliest. */
export function TopTokensTable(props: TopTokensTableProps): ReactNode {
  const { tokens, rows, onSelect } = props;
  const table = useRef<HTMLTableElement>(null);
  useStyles(table, frameCss, css);
  const [selected, setSelected] = useControlled<number | null>(
    props.selected,
    props.defaultSelected ?? null,
    undefined,
  );
  const picks = onSelect !== undefined || props.selected !== undefined || props.defaultSelected !== undefined;
  const pick = (token: TopToken) => {
    const taken = token.id === selected ? null : token;
    setSelected(taken?.id ?? null);
    onSelect?.(taken);
  };
  const most = tokens?.[0]?.probability ?? 1;
  return (
    <table ref={table} className="insitu-top-tokens-table">
      <thead>
        <tr>
          <th scope="col">Token</th>
          <td aria-hidden="true" />
          <th scope="col">Probability</th>
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: tokens?.length ?? rows }, (_, i) => tokens?.[i] ?? i).map((token) =>
          typeof token === "number" ? (
            <tr key={token}>
              <td colSpan={3}>&nbsp;</td>
            </tr>
          ) : (
            <tr key={token.id} className={token.id === selected ? "insitu-picked" : undefined}>
              <th scope="row">
                {picks ? (
                  <button type="button" aria-pressed={token.id === selected} onClick={() => pick(token)}>
                    <Token>{token.token}</Token>
                  </button>
                ) : (
                  <Token>{token.token}</Token>
                )}
              </th>
              <td aria-hidden="true">
                <i style={{ inlineSize: `${(100 * token.probability) / most}%` }} />
              </td>
              <td>{formatPercent(token.probability)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
