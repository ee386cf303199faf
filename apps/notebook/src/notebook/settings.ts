/** What the reader has chosen for good, kept in localStorage where there is one. */

export interface Settings {
  readonly theme: "system" | "light" | "dark";
  readonly tourDone: boolean;
  readonly lineNumbers: boolean;
  readonly panelOpen: boolean;
  /** The notebook that was open last. */
  readonly last?: string | undefined;
}

const KEY = "insitu settings";

const FIRST: Settings = { theme: "system", tourDone: false, lineNumbers: false, panelOpen: true };

export class SettingsStore {
  private state: Settings = { ...FIRST, ...read() };
  private readonly listeners = new Set<() => void>();

  getState = (): Settings => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set = (change: Partial<Settings>): void => {
    this.state = { ...this.state, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.state));
    } catch {
      // For this visit, then.
    }
    for (const listener of this.listeners) listener();
  };
}

/** Of what was kept, that which is a setting. */
function read(): Partial<Settings> {
  try {
    const { theme, tourDone, lineNumbers, panelOpen, last } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return {
      ...(["system", "light", "dark"].includes(theme) && { theme }),
      ...(typeof tourDone === "boolean" && { tourDone }),
      ...(typeof lineNumbers === "boolean" && { lineNumbers }),
      ...(typeof panelOpen === "boolean" && { panelOpen }),
      ...(typeof last === "string" && { last }),
    };
  } catch {
    return {};
  }
}
