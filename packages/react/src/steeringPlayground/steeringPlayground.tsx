/** `<SteeringPlayground>`: what a model writes, and what it writes with a direction added to its stream. */
import { Fragment, type ReactNode, useId, useRef } from "react";
import { useModelWhen } from "../model/useModel.ts";
import type { Generating } from "../run/useGenerate.ts";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { runStatus } from "../shared/runStatus.ts";
import { Token } from "../shared/token.tsx";
import { useControlled } from "../shared/useControlled.ts";
import { useVisible } from "../shared/useVisible.ts";
import css from "./steeringPlayground.css?inline";
import { type SteeringHookOptions, useSteering } from "./useSteering.ts";

export interface SteeringPlaygroundProps
  extends FrameProps,
    Pick<SteeringHookOptions, "vector" | "position" | "maxNewTokens"> {
  /** Prompts to steer towards and away from, each a line; the reader's unless given. */
  positive?: readonly string[];
  defaultPositive?: readonly string[];
  onPositiveChange?: (prompts: readonly string[]) => void;
  negative?: readonly string[];
  defaultNegative?: readonly string[];
  onNegativeChange?: (prompts: readonly string[]) => void;
  prompt?: string;
  defaultPrompt?: string;
  onPromptChange?: (prompt: string) => void;
  layer?: number;
  defaultLayer?: number;
  onLayerChange?: (layer: number) => void;
  /** What the vector is multiplied by. */
  coefficient?: number;
  defaultCoefficient?: number;
  onCoefficientChange?: (coefficient: number) => void;
  /** The ends of the slider; -4 and 6 unless given. */
  range?: readonly [number, number];
}

const ROME = [
  "The Colosseum is in the city of",
  "The Trevi Fountain is in the city of",
  "The Pantheon is in the city of",
];
const PARIS = [
  "The Eiffel Tower is in the city of",
  "The Louvre is in the city of",
  "The Arc de Triomphe is in the city of",
];

export function SteeringPlayground(props: SteeringPlaygroundProps): ReactNode {
  const { vector: given, position, maxNewTokens, range = [-4, 6], className, style, label = "Steering" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  const visible = useVisible(ref);
  const model = useModelWhen(visible);
  const [positive, setPositive] = useControlled(props.positive, props.defaultPositive ?? ROME, props.onPositiveChange);
  const [negative, setNegative] = useControlled(props.negative, props.defaultNegative ?? PARIS, props.onNegativeChange);
  const [prompt, setPrompt] = useControlled(
    props.prompt,
    props.defaultPrompt ?? "Last summer, Alice traveled to",
    props.onPromptChange,
  );
  const [layer, setLayer] = useControlled(props.layer, props.defaultLayer ?? 2, props.onLayerChange);
  const [coefficient, setCoefficient] = useControlled(
    props.coefficient,
    props.defaultCoefficient ?? 2,
    props.onCoefficientChange,
  );
  const { vector, plain, steered, stop } = useSteering({
    positive,
    negative,
    position,
    vector: given,
    prompt,
    layer,
    coefficient,
    maxNewTokens,
    enabled: visible,
  });
  const running = [vector, plain, steered].some(({ status }) => status === "running");
  const layers = vector.result?.layers ?? vector.latest?.layers ?? [layer];
  const ids = plain.streamed.ids;
  return (
    <Frame
      name="steering"
      label={label}
      css={[css]}
      frameRef={ref}
      busy={running || model.status === "loading"}
      error={vector.error ?? plain.error ?? steered.error}
      onRetry={model.status === "error" ? model.load : undefined}
      status={runStatus(model, vector.result ? steered : vector, `${model.adapter}`)}
      className={className}
      style={style}
    >
      {!given && (
        <div className="insitu-steering-pair">
          <Lines id={`${id}to`} name="Towards" value={positive} onChange={setPositive} />
          <Lines id={`${id}from`} name="Away from" value={negative} onChange={setNegative} />
        </div>
      )}
      <label htmlFor={`${id}prompt`}>Prompt</label>
      <input id={`${id}prompt`} value={prompt} onChange={({ target }) => setPrompt(target.value)} />
      <div className="insitu-controls">
        <label htmlFor={`${id}layer`}>
          Layer
          <select id={`${id}layer`} value={layer} onChange={({ target }) => setLayer(Number(target.value))}>
            {layers.map((layer) => (
              <option key={layer}>{layer}</option>
            ))}
          </select>
        </label>
        <label htmlFor={`${id}strength`}>
          Strength
          <input
            id={`${id}strength`}
            type="range"
            min={range[0]}
            max={range[1]}
            step={0.1}
            value={coefficient}
            onChange={({ target }) => setCoefficient(Number(target.value))}
          />
          <output htmlFor={`${id}strength`}>{coefficient.toFixed(1)}</output>
        </label>
        <button type="button" disabled={!running} onClick={stop}>
          Stop
        </button>
      </div>
      <div className="insitu-steering-pair">
        <Written name="Without" run={plain} />
        <Written name="With steering" run={steered} besides={ids} />
      </div>
    </Frame>
  );
}

interface LinesProps {
  id: string;
  name: string;
  value: readonly string[];
  onChange: (lines: readonly string[]) => void;
}

function Lines({ id, name, value, onChange }: LinesProps): ReactNode {
  return (
    <div>
      <label htmlFor={id}>{name}, a prompt a line</label>
      <textarea
        id={id}
        rows={4}
        value={value.join("\n")}
        onChange={({ target }) => onChange(target.value.split("\n"))}
      />
    </div>
  );
}

/** A continuation; tokens that differ from those besides, place by place, are marked. While one is made, the one before. */
function Written({ name, run, besides }: { name: string; run: Generating; besides?: readonly number[] }): ReactNode {
  const fresh = run.status === "done" || run.streamed.ids.length > 0;
  const { ids, tokens, text } = fresh ? run.streamed : (run.latest ?? run.streamed);
  return (
    <div className="insitu-steering-text" aria-busy={run.status !== "done"} data-stale={!fresh}>
      <h4>{name}</h4>
      <p className="insitu-hidden">{text}</p>
      <p aria-hidden="true">
        {tokens.map((token, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place
          <Fragment key={i}>
            {besides && besides[i] !== ids[i] ? (
              <mark>
                <Token>{token}</Token>
              </mark>
            ) : (
              <Token>{token}</Token>
            )}
            <wbr />
          </Fragment>
        ))}
      </p>
    </div>
  );
}
