/** `<LoadingProgress>`: how far the model is, with a button where it waits to be asked for or has failed. */
import { describeProgress } from "insitu/progress";
import type { ReactNode } from "react";
import { type ModelInUse, useModelWhen } from "../model/useModel.ts";
import { Frame, type FrameProps } from "../shared/frame.tsx";
import css from "./loadingProgress.css?inline";

export interface LoadingProgressProps extends FrameProps {
  /** Of which model; the provider's unless given. */
  state?: Pick<ModelInUse, "status" | "progress" | "error" | "device" | "adapter" | "load">;
  /** What stands on the button that begins the load. */
  action?: string;
}

/**
 * Does not begin a load by itself where nothing else needs the model: it then shows its button. `useLoadingProgress` is
 * the same without looks.
 */
export function LoadingProgress({ state, action = "Load the model", ...frame }: LoadingProgressProps): ReactNode {
  return state ? <Drawn state={state} action={action} {...frame} /> : <OfProvider action={action} {...frame} />;
}

/** How far the provider's model is, in words and as a part of 1; no part where nobody can tell. */
export function useLoadingProgress(): LoadingText & ModelInUse {
  const model = useModelWhen(false);
  return { ...model, ...textOf(model) };
}

export interface LoadingText {
  text: string;
  part: number | undefined;
}

function OfProvider(props: Omit<LoadingProgressProps, "state"> & { action: string }): ReactNode {
  return <Drawn state={useModelWhen(false)} {...props} />;
}

function Drawn(props: LoadingProgressProps & { state: NonNullable<LoadingProgressProps["state"]> }): ReactNode {
  const { state, action, className, style, label = "Model" } = props;
  const { text, part } = textOf(state);
  return (
    <Frame
      name="loading"
      label={label}
      css={[css]}
      busy={state.status === "loading"}
      error={state.error}
      onRetry={state.load}
      className={className}
      style={style}
    >
      <p className="insitu-loading-text">{text}</p>
      {state.status === "idle" ? (
        <button type="button" className="insitu-primary" onClick={state.load}>
          {action}
        </button>
      ) : (
        <progress aria-label={text} max={1} {...(part !== undefined && { value: part })} />
      )}
      {state.device?.notice && <p className="insitu-loading-notice">{state.device.notice}</p>}
    </Frame>
  );
}

function textOf({ status, progress, adapter }: NonNullable<LoadingProgressProps["state"]>): LoadingText {
  if (status === "ready") return { text: `Ready, on ${adapter}`, part: 1 };
  if (status === "error") return { text: "Not loaded", part: 0 };
  if (status === "idle") return { text: "Not loaded yet", part: 0 };
  if (!progress) return { text: "Starting", part: undefined };
  const { loadedBytes, totalBytes } = progress.all;
  const whole = progress.phase === "download" || progress.phase === "verify";
  const text = describeProgress(progress);
  return whole && totalBytes > 0 ? { text, part: loadedBytes / totalBytes } : { text, part: undefined };
}
