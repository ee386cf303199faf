/** The box that every component is drawn in: its styles, its width, what it says while it waits and when it fails. */
import { type CSSProperties, type ReactNode, type RefObject, useId, useRef } from "react";
import frameCss from "./frame.css?inline";
import { Problem } from "./problem.tsx";
import { useStyles } from "./useStyles.ts";

/** What every component takes. */
export interface FrameProps {
  className?: string | undefined;
  style?: CSSProperties | undefined;
  /** What it shows, for those who hear the page; each component has words of its own. */
  label?: string | undefined;
}

interface Props extends FrameProps {
  /** Its class, `insitu-<name>`. */
  name: string;
  label: string;
  /** Its own style sheets. */
  css: readonly string[];
  /** Whether what it shows is about to be replaced. */
  busy?: boolean | undefined;
  error?: Error | undefined;
  /** Begins again, where that may help. */
  onRetry?: (() => void) | undefined;
  /** Told in a line beneath, and to those who hear the page as it changes: "Running", "saved [1, 8]". */
  status?: ReactNode;
  frameRef?: RefObject<HTMLDivElement | null>;
  children?: ReactNode;
}

export function Frame(props: Props): ReactNode {
  const { name, label, css, busy = false, error, onRetry, status, frameRef, className, style, children } = props;
  const own = useRef<HTMLDivElement>(null);
  const ref = frameRef ?? own;
  const id = useId();
  useStyles(ref, frameCss, ...css);
  return (
    // No landmark: a page may hold many of these.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      ref={ref}
      role="group"
      className={["insitu", `insitu-${name}`, className].filter(Boolean).join(" ")}
      style={style}
      aria-labelledby={id}
      aria-busy={busy}
    >
      <span id={id} className="insitu-label">
        {label}
      </span>
      {children}
      {error && <Problem error={error} onRetry={onRetry} />}
      {status !== undefined && (
        <p className="insitu-status" role="status">
          {status}
        </p>
      )}
    </div>
  );
}
