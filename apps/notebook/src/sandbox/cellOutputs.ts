/** What a cell has shown so far, told to the page a few times a second and never more than it can hold. */
import type { Output, StreamOutput, TextOutput } from "../outputs/output.ts";

/** Outputs of one run, and characters of one console line. */
const OUTPUTS = 200;
const LINE = 4000;
/** A line joins the ones before it until they are this long. */
const BLOCK = 16_000;
/** Characters of the console of one run. */
const CONSOLE = 160_000;
const TELL_EVERY = 40;

export class CellOutputs {
  private readonly outputs: Output[] = [];
  private dropped = 0;
  private written = 0;
  private told = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(private readonly tell: (from: number, outputs: readonly Output[], dropped: number) => void) {}

  add(output: Output): void {
    if (this.closed) return;
    if (this.outputs.length >= OUTPUTS) this.dropped++;
    else this.outputs.push(output);
    this.soon();
  }

  /** A line of the console. */
  log(level: NonNullable<TextOutput["level"]>, line: string): void {
    if (this.closed) return;
    if (this.written > CONSOLE) {
      this.dropped++;
      this.soon();
      return;
    }
    this.written += Math.min(LINE, line.length) + 1;
    const text = line.length > LINE ? `${line.slice(0, LINE)} …` : line;
    const last = this.outputs.at(-1);
    if (last?.kind === "text" && last.level === level && last.text.length + text.length < BLOCK)
      this.replace(this.outputs.length - 1, { ...last, text: `${last.text}\n${text}` });
    else this.add({ kind: "text", level, text });
  }

  /** A generation as it goes on, in the place where it began. */
  stream(output: StreamOutput): void {
    const at = this.outputs.findIndex((one) => one.kind === "stream" && one.id === output.id);
    if (at < 0) this.add(output);
    else this.replace(at, output);
  }

  /** Tells what has not been told; whatever comes later is of no run. */
  close(): void {
    for (const output of this.outputs)
      if (output.kind === "stream" && !output.done) this.stream({ ...output, done: true });
    this.flush();
    this.closed = true;
  }

  private replace(at: number, output: Output): void {
    if (this.closed) return;
    this.outputs[at] = output;
    this.told = Math.min(this.told, at);
    this.soon();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => this.flush(), TELL_EVERY);
  }

  private flush(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const from = Math.min(this.told, this.outputs.length);
    this.told = this.outputs.length;
    this.tell(from, this.outputs.slice(from), this.dropped);
  }
}
