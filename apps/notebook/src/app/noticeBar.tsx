/** Something for the reader to know, until dismissed. */
import { Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { useNotebook, useSessionPart } from "../cells/notebookContext.ts";
import type { Problem } from "./problem.ts";

export interface NoticeBarProps {
  readonly problem: Problem | undefined;
  readonly onDismiss: () => void;
}

export function NoticeBar({ problem, onDismiss }: NoticeBarProps): ReactNode {
  const { session, view } = useNotebook();
  const notice = useSessionPart((state) => state.notice);
  const dismissed = (dismiss: () => void) => () => {
    dismiss();
    view.choose(view.getState().active);
  };
  return (
    <div role="status">
      {problem && (
        <Notice kind="warning" onDismiss={dismissed(onDismiss)}>
          {problem.text} {problem.remedy}
        </Notice>
      )}
      {notice && (
        <Notice kind={notice.kind} onDismiss={dismissed(() => session.dismissNotice())}>
          {notice.text}
        </Notice>
      )}
    </div>
  );
}

interface NoticeProps {
  readonly kind: "info" | "warning";
  readonly onDismiss: () => void;
  readonly children: ReactNode;
}

function Notice({ kind, onDismiss, children }: NoticeProps): ReactNode {
  const Icon = kind === "warning" ? TriangleAlert : Info;
  return (
    <div className="app-notice" data-kind={kind}>
      <Icon size={16} aria-hidden />
      <p>{children}</p>
      <button type="button" className="app-icon" aria-label="Dismiss" onClick={onDismiss}>
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}
