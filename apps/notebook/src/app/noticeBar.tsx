/** Something for the reader to know, until dismissed. */
import { Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { useNotebook, useSessionState } from "../cells/notebookContext.ts";

export function NoticeBar(): ReactNode {
  const { session } = useNotebook();
  const { notice } = useSessionState();
  const Icon = notice?.kind === "warning" ? TriangleAlert : Info;
  return (
    <div role="status">
      {notice && (
        <div className="app-notice" data-kind={notice.kind}>
          <Icon size={16} aria-hidden />
          <p>{notice.text}</p>
          <button type="button" className="app-icon" aria-label="Dismiss" onClick={() => session.dismissNotice()}>
            <X size={15} aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}
