import { useLayoutEffect } from "react";
import type { Theme } from "./appProps.ts";

/** The reader's choice stands on the root; without one it is the system's. */
export function useTheme(theme: Theme): void {
  useLayoutEffect(() => {
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}
