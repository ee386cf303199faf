import { useEffect, useRef } from "react";
import type { NotebookView } from "../cells/notebookView.ts";

/** Another notebook begins at its top, with the focus on its first cell. */
export function useOpened(view: NotebookView): void {
  const before = useRef(view);
  useEffect(() => {
    if (before.current === view) return;
    before.current = view;
    window.scrollTo(0, 0);
    const first = view.cells()[0];
    if (first) view.choose(first.id, { scroll: false });
    else document.querySelector("main")?.focus();
  }, [view]);
}
