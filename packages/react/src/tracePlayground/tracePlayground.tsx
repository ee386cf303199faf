/** `<TracePlayground>`: an editor, a run button and what the code gives, in a box of any page. */
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { useModelWhen } from "../model/useModel.ts";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import { Problem } from "../shared/problem.tsx";
import { useControlled } from "../shared/useControlled.ts";
import { useVisible } from "../shared/useVisible.ts";
import tableCss from "../topTokens/topTokens.css?inline";
import { CodeBox } from "./codeBox.tsx";
import { dedent } from "./dedent.ts";
import { Logs } from "./logs.tsx";
import { playgroundStatus } from "./playgroundStatus.ts";
import { Result } from "./result.tsx";
import { resultView } from "./resultView.ts";
import css from "./tracePlayground.css?inline";
import {
  type TracePlaygroundHookOptions,
  type TracePlaygroundState,
  useTracePlayground,
} from "./useTracePlayground.ts";

export interface TracePlaygroundProps
  extends FrameProps,
    Pick<TracePlaygroundHookOptions, "autoRun" | "onResult" | "onError" | "onStop"> {
  /**
   * The body of an async function with `model`, `signal`, and everything of insitu and @insitu/analysis in scope. Its last
   * expression, or what it returns, is shown.
   */
  code?: string | undefined;
  /** What stands there at first, and again when it is reset. Indentation that all lines share is left out. */
  defaultCode?: string | undefined;
  onCodeChange?: ((code: string) => void) | undefined;
  /** Of the editor: how many lines are seen at once, or a CSS length. As many as the code has unless given, 3 to 16. */
  height?: number | string | undefined;
  /** Of what the code gives: room that is kept for it, a CSS length; more than fits scrolls. As much as it takes unless given. */
  resultHeight?: string | undefined;
  /** Whether the code can only be run. */
  readOnly?: boolean | undefined;
  /** Given how to run and stop it from outside. */
  controls?: RefObject<TracePlaygroundControls | null> | undefined;
}

export interface TracePlaygroundControls extends Pick<TracePlaygroundState, "run" | "stop"> {
  /** As it stands in the editor. */
  readonly code: string;
  setCode(code: string): void;
}

export function TracePlayground(props: TracePlaygroundProps): ReactNode {
  const { readOnly = false, resultHeight, className, style, label = "Playground" } = props;
  const ref = useRef<HTMLDivElement>(null);
  const visible = useVisible(ref);
  const model = useModelWhen(visible);
  const [original] = useState(() => (props.defaultCode === undefined ? (props.code ?? "") : dedent(props.defaultCode)));
  const [code, setCode] = useControlled(props.code, original, props.onCodeChange);
  const { autoRun, onResult, onError, onStop } = props;
  const playground = useTracePlayground({ code, autoRun, onResult, onError, onStop, enabled: visible });
  const { run, stop, status, result, latest, logs, moreLogs, error, errorLine, edited } = playground;
  const [height] = useState(() => Math.min(16, Math.max(3, original.split("\n").length)));
  useImperativeHandle(props.controls, () => ({ run, stop, code, setCode }), [run, stop, code, setCode]);

  const busy = status === "waiting" || status === "running";
  const failure = error ?? model.error;
  const value = status === "done" ? result : latest?.value;
  const view = useMemo(() => resultView(value), [value]);
  const shown = status === "done" || (busy && latest !== undefined);
  return (
    <Frame
      name="trace-playground"
      label={label}
      css={[tableCss, css]}
      frameRef={ref}
      busy={status === "running" || model.status === "loading"}
      status={playgroundStatus(model, playground)}
      className={className}
      style={style}
    >
      <CodeBox
        code={code}
        onChange={setCode}
        onRun={run}
        readOnly={readOnly}
        label={`${label}: code`}
        height={props.height ?? height}
        wrongLine={edited ? undefined : errorLine}
        visible={visible}
      />
      <div className="insitu-controls insitu-playground-controls">
        <button type="button" className="insitu-primary" aria-keyshortcuts="Control+Enter Meta+Enter" onClick={run}>
          Run
        </button>
        {/* Not `disabled`: whoever has just pressed it would lose their place in the page. */}
        <button type="button" aria-disabled={!busy} onClick={() => busy && stop()}>
          Stop
        </button>
        {!readOnly && (
          <button
            type="button"
            aria-disabled={code === original}
            onClick={() => code !== original && setCode(original)}
          >
            Reset
          </button>
        )}
        <span className="insitu-playground-hint" aria-hidden="true">
          Ctrl or ⌘ + Enter
        </span>
      </div>
      <div
        className="insitu-playground-output"
        data-empty={!shown && !failure && logs.length === 0}
        style={
          resultHeight === undefined ? undefined : ({ blockSize: resultHeight, overflow: "auto" } as CSSProperties)
        }
        // What scrolls is reached by keys.
        {...(resultHeight !== undefined && { tabIndex: 0, role: "region", "aria-label": `${label}: result` })}
      >
        <Logs lines={logs} more={moreLogs} />
        {failure && (
          <Problem
            error={failure}
            where={
              errorLine === undefined ? undefined : `line ${errorLine}${edited ? " of the code as it was run" : ""}`
            }
            onRetry={model.status === "error" ? model.load : undefined}
          />
        )}
        {shown && <Result view={view} />}
      </div>
    </Frame>
  );
}
