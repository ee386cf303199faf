/** `<PatchingExplorer>`: where a clean run's activations bring its answer back. */
import type { MetricLike, Site, TopToken } from "@insitu/analysis";
import { type ReactNode, useId, useRef } from "react";
import { useModelWhen, useProvider } from "../model/useModel.ts";
import { useRun } from "../run/useRun.ts";
import { CopyButton } from "../shared/codeBlock.tsx";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { useControlled } from "../shared/useControlled.ts";
import { useVisible } from "../shared/useVisible.ts";
import type { CellPlace } from "../tensorHeatmap/cellPlace.ts";
import { TensorHeatmap } from "../tensorHeatmap/tensorHeatmap.tsx";
import tableCss from "../topTokens/topTokens.css?inline";
import { TopTokensTable } from "../topTokens/topTokens.tsx";
import { codeOfCell, type PatchedCell, tokensOfCell } from "./patchedCell.ts";
import css from "./patchingExplorer.css?inline";
import { usePatching } from "./usePatching.ts";

/** What of an experiment the reader can change. */
export interface PatchingExperiment {
  clean: string;
  corrupt: string;
  answer: string;
  wrong: string;
  site: Site;
}

export interface PatchingExplorerProps extends FrameProps {
  value?: PatchingExperiment;
  defaultValue?: PatchingExperiment;
  onChange?: (experiment: PatchingExperiment) => void;
  /** Instead of the difference of two tokens' logits. */
  metric?: MetricLike;
  selected?: CellPlace | null;
  defaultSelected?: CellPlace | null;
  onSelect?: (cell: CellPlace | null) => void;
  /** What the code of a cell loads: the provider's model unless given. */
  source?: string;
}

const SITES: readonly Site[] = [
  "resid_pre",
  "resid_mid",
  "resid_post",
  "attn_out",
  "mlp_out",
  "z",
  "q",
  "k",
  "v",
  "pattern",
];
const FACT: PatchingExperiment = {
  clean: "The Eiffel Tower is in the city of",
  corrupt: "The Trevi Fountain is in the city of",
  answer: " Paris",
  wrong: " Rome",
  site: "resid_pre",
};

export function PatchingExplorer(props: PatchingExplorerProps): ReactNode {
  const { source: provided } = useProvider("<PatchingExplorer>");
  const {
    metric,
    source = provided ?? "openai-community/gpt2",
    className,
    style,
    label = "Activation patching",
  } = props;
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  const visible = useVisible(ref);
  const model = useModelWhen(visible);
  const [value, setValue] = useControlled(props.value, props.defaultValue ?? FACT, props.onChange);
  const [place, setPlace] = useControlled<CellPlace | null>(
    props.selected,
    props.defaultSelected ?? null,
    props.onSelect,
  );
  const { sweep, cancel, again } = usePatching({ ...value, metric, enabled: visible });
  const shown = sweep.result ?? sweep.partial ?? sweep.latest;
  const cell: PatchedCell | undefined =
    (place &&
      shown &&
      place.column < shown.recovered.shape[1]! && {
        ...shown.asked,
        layer: place.row,
        place: place.column,
        tokens: shown.asked.metric ? undefined : [shown.asked.answer, shown.asked.wrong],
      }) ||
    undefined;
  const tokens = useRun<TopToken[]>(
    (model, { signal }) => (cell ? tokensOfCell(model, cell, signal) : []),
    [JSON.stringify(cell)],
    { enabled: visible && cell !== undefined },
  );
  const code = cell && codeOfCell(cell, source);
  const field = (key: "clean" | "corrupt" | "answer" | "wrong", name: string) => (
    <label htmlFor={id + key}>
      {name}
      <input id={id + key} value={value[key]} onChange={({ target }) => setValue({ ...value, [key]: target.value })} />
    </label>
  );
  return (
    <Frame
      name="patching"
      label={label}
      css={[css, tableCss]}
      frameRef={ref}
      busy={sweep.status === "running" || model.status === "loading"}
      error={sweep.error ?? tokens.error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={runStatus(model, sweep, `${shown?.layers ?? 0} layers done, ${model.adapter}`)}
      className={className}
      style={style}
    >
      <div className="insitu-patching-fields">
        {field("clean", "Clean prompt")}
        {field("corrupt", "Corrupt prompt")}
        {!metric && field("answer", "Answer")}
        {!metric && field("wrong", "Wrong answer")}
      </div>
      <div className="insitu-controls">
        <label htmlFor={`${id}site`}>
          Site
          <select
            id={`${id}site`}
            value={value.site}
            onChange={({ target }) => setValue({ ...value, site: target.value as Site })}
          >
            {SITES.map((site) => (
              <option key={site}>{site}</option>
            ))}
          </select>
        </label>
        <button type="button" onClick={sweep.status === "running" ? cancel : again}>
          {sweep.status === "running" ? "Cancel" : "Run again"}
        </button>
      </div>
      <div className="insitu-patching-map">
        {shown && (
          <TensorHeatmap
            data={shown.recovered}
            domain={domainOf(shown.recovered.data)}
            busy={shown === sweep.latest && sweep.status !== "done"}
            selected={place}
            onSelect={setPlace}
          />
        )}
      </div>
      {code && (
        <div className="insitu-patching-cell">
          <TopTokensTable tokens={tokens.result} rows={5} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
          <pre tabIndex={0}>{code}</pre>
          <CopyButton text={code} />
        </div>
      )}
    </Frame>
  );
}

/** From nothing restored to all of it, and further where a cell goes further. */
function domainOf(recovered: Float32Array): [number, number] {
  const most = recovered.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
  return [-most, most];
}
