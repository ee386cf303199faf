import { useEffect, useMemo } from "react";
import type { Session } from "../session/sessionState.ts";
import { LanguageService } from "./languageService.ts";

/** The language service of a notebook that is open: it knows its code cells as they stand. Begins with the first question. */
export function useLanguageService(session: Session): LanguageService {
  const service = useMemo(() => new LanguageService(), []);
  useEffect(() => {
    let before: unknown;
    const tell = () => {
      const { cells } = session.getState().notebook;
      if (cells === before) return;
      before = cells;
      service.update(cells.filter(({ kind }) => kind === "code"));
    };
    tell();
    return session.subscribe(tell);
  }, [session, service]);
  useEffect(() => () => service.dispose(), [service]);
  return service;
}
