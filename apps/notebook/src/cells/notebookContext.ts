/** The notebook that is open, for the components that draw it. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { LanguageService } from "../editor/languageService.ts";
import type { Session, SessionState } from "../session/sessionState.ts";
import type { Command, PageActions } from "./commands.ts";
import type { NotebookView, ViewState } from "./notebookView.ts";

export interface OpenNotebook {
  readonly session: Session;
  readonly view: NotebookView;
  readonly page: PageActions;
  readonly lineNumbers: boolean;
  /** What knows the types of its code. */
  readonly service: LanguageService;
  /** Does a command of the table. */
  readonly perform: (command: Command) => void;
}

export const NotebookContext = createContext<OpenNotebook | undefined>(undefined);

export function useNotebook(): OpenNotebook {
  const open = useContext(NotebookContext);
  if (!open) throw new TypeError("Cells are drawn inside a <NotebookContext>.");
  return open;
}

export function useSessionState(): SessionState {
  const { session } = useNotebook();
  return useSyncExternalStore(
    (listener) => session.subscribe(listener),
    () => session.getState(),
  );
}

/** A part of it, the same as long as it is: with each letter typed the state is another. */
export function useSessionPart<T>(part: (state: SessionState) => T): T {
  const { session } = useNotebook();
  return useSyncExternalStore(
    (listener) => session.subscribe(listener),
    () => part(session.getState()),
  );
}

export function useViewState(): ViewState {
  const { view } = useNotebook();
  return useSyncExternalStore(view.subscribe, view.getState);
}
