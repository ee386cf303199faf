/** Says that there is a newer version of the page, which a reload brings. */
import { RefreshCw } from "lucide-react";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { useNotebook } from "../cells/notebookContext.ts";

export interface UpdateNoticeProps {
  readonly offline: {
    hasNewer(): boolean;
    subscribe(listener: () => void): () => void;
  };
  /** Keeps what was written, and reloads. */
  readonly onReload: () => void;
}

export function UpdateNotice({ offline, onReload }: UpdateNoticeProps): ReactNode {
  const { view } = useNotebook();
  const newer = useSyncExternalStore(offline.subscribe, offline.hasNewer);
  const [later, setLater] = useState(false);
  return (
    <div role="status">
      {newer && !later && (
        <div className="app-notice" data-kind="info">
          <RefreshCw size={16} aria-hidden />
          <p>A new version is here. What you have written is kept; what has run is to be run again.</p>
          <button type="button" className="app-button" onClick={onReload}>
            Reload
          </button>
          <button
            type="button"
            className="app-button"
            onClick={() => {
              setLater(true);
              view.choose(view.getState().active);
            }}
          >
            Later
          </button>
        </div>
      )}
    </div>
  );
}
