/** Which keys were pressed, written as in the table of commands: `Mod-Shift-p`, `Shift-Enter`, `d d`. */

export type Mode = "command" | "edit";

export interface Keys {
  /** One chord, or several pressed one after another with a space between them. `Mod` is Ctrl, or ⌘ where there is one. */
  readonly chords: string;
  /** Where they work; everywhere unless said. */
  readonly mode?: Mode;
}

export function chordOf(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
  // Shift changes what a key writes, and another layout where it stands: the minus is known by its place.
  const key = event.code === "Minus" ? "-" : event.key === " " ? "Space" : event.key;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const mod = event.ctrlKey || event.metaKey ? "Mod-" : "";
  return `${mod}${event.altKey ? "Alt-" : ""}${event.shiftKey ? "Shift-" : ""}${letter}`;
}

/** Finds what a chord begins or completes; remembers the first of two for a second. */
export class KeyReader<C extends { readonly keys: readonly Keys[] }> {
  #before: { chord: string; at: number } | undefined;

  constructor(readonly commands: readonly C[]) {}

  /** The command, `"more"` where another key may complete one, or undefined. */
  read(chord: string, mode: Mode, now: number): C | "more" | undefined {
    const pair = this.#before && now - this.#before.at < 1000 ? `${this.#before.chord} ${chord}` : undefined;
    this.#before = undefined;
    const command = (pair && this.#find(pair, mode)) || this.#find(chord, mode);
    if (command) return command;
    if (!this.#begins(chord, mode)) return undefined;
    this.#before = { chord, at: now };
    return "more";
  }

  #find(chords: string, mode: Mode): C | undefined {
    return this.commands.find((command) =>
      command.keys.some((keys) => keys.chords === chords && (keys.mode ?? mode) === mode),
    );
  }

  #begins(chord: string, mode: Mode): boolean {
    return this.commands.some((command) =>
      command.keys.some((keys) => keys.chords.startsWith(`${chord} `) && (keys.mode ?? mode) === mode),
    );
  }
}

const MAC: Record<string, string> = { Mod: "⌘", Alt: "⌥", Shift: "⇧" };
const NAMES: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", "-": "−" };

/** For people: `Ctrl+Shift+P`, `D D`. */
export function keysInWords(chords: string, mac = isMac()): string[] {
  return chords.split(" ").map((chord) => {
    const parts = chord.split(/-(?=.)/);
    return parts
      .map((part) => (mac ? MAC[part] : part === "Mod" ? "Ctrl" : undefined) ?? NAMES[part] ?? capital(part))
      .join(mac ? "" : "+");
  });
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const isMac = (): boolean => typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.userAgent);
