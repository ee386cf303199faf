import { printed } from "../code/printValue.ts";

/** A line of what the code logged. */
export interface LogLine {
  readonly level: "log" | "warn" | "error";
  readonly text: string;
}

/** Lines kept, and characters of each. */
const LINES = 200;
const CHARACTERS = 4000;

/** Milliseconds between two tellings: each is a render. */
const TELL_EVERY = 50;

/** A console whose lines are kept; what else a console can do is the page's. */
export class CodeConsole {
  readonly lines: LogLine[] = [];
  /** How many more lines there were than are kept. */
  more = 0;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(private readonly tell: (lines: readonly LogLine[], more: number) => void) {}

  /** What stands in the code's scope as `console`. */
  get scope(): object {
    const [log, warn, error] = (["log", "warn", "error"] as const).map(
      (level) =>
        (...values: unknown[]) =>
          this.add(level, values),
    );
    return { ...console, log, info: log, debug: log, dir: log, table: log, trace: log, warn, error };
  }

  /** Tells what has not been told yet. */
  flush(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.tell([...this.lines], this.more);
  }

  /** Tells nothing any more: what code that has ended logs later is of no run. */
  close(): void {
    this.closed = true;
    clearTimeout(this.telling);
  }

  private add(level: LogLine["level"], values: readonly unknown[]): void {
    if (this.closed) return;
    if (this.lines.length < LINES) {
      const text = values.map((value) => (typeof value === "string" ? clip(value) : printed(value, CHARACTERS).text));
      this.lines.push({ level, text: clip(text.join(" ")) });
    } else this.more++;
    this.telling ??= setTimeout(() => this.flush(), TELL_EVERY);
  }
}

const clip = (text: string): string => (text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)} …` : text);
