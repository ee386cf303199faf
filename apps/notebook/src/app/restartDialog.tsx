import type { ReactNode } from "react";
import { useNotebook } from "../cells/notebookContext.ts";
import { Dialog } from "./dialog.tsx";

export function RestartDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { session } = useNotebook();
  const restart = () => {
    session.restart();
    onClose();
  };
  return (
    <Dialog
      title="Restart?"
      about="All variables of the cells are gone afterwards. The model stays loaded, the cells and their outputs stay as they are."
      onClose={onClose}
    >
      <p className="app-row app-end">
        <button type="button" className="app-button" onClick={onClose}>
          Go on without
        </button>
        {/* The focus begins here: 0 0 Enter restarts, as in Jupyter. */}
        <button type="button" className="app-button" data-primary data-first onClick={restart}>
          Restart
        </button>
      </p>
    </Dialog>
  );
}
