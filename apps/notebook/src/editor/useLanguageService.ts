import { useEffect, useMemo } from "react";
import type { Session } from "../session/sessionState.ts";
import { type CellText, LanguageService } from "./languageService.ts";

/** The language service of a notebook that is open: it knows its code cells as they stand. */
export function useLanguageService(session: Session): LanguageService {
  const service = useMemo(() => {
    let of: unknown;
    let texts: CellText[] = [];
    return new LanguageService(() => {
      const { cells } = session.getState().notebook;
      // The same list while nothing has changed: that is what tells the service.
      if (cells !== of) {
        of = cells;
        texts = cells.filter(({ kind }) => kind === "code");
      }
      return texts;
    });
  }, [session]);
  useEffect(() => () => service.dispose(), [service]);
  return service;
}
