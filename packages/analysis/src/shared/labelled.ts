/** Results that carry their labels, so that they can be drawn or exported as they are. */
import { ArgumentError, callSite, InsituError, ShapeMismatchError, Tensor } from "insitu";

/** A dimension: what it counts, and what each place on it is called. */
export interface Axis {
  /** "layer", "position", "head", "component" … */
  readonly name: string;
  readonly labels: readonly string[];
}

/** One number with its place. */
export interface Entry {
  value: number;
  /** Its index along each axis. */
  index: number[];
  /** Its label on each axis. */
  labels: string[];
}

/** A float32 tensor whose dimensions have names and whose places have labels. */
export class Labelled {
  constructor(
    /** What the numbers are: "effect on logit difference", "attention" … */
    readonly name: string,
    readonly axes: readonly Axis[],
    readonly tensor: Tensor,
  ) {}

  get shape(): readonly number[] {
    return this.tensor.shape;
  }

  /** Row-major. */
  get data(): Float32Array {
    return this.tensor.data as Float32Array;
  }

  /** One number, by an index for each axis; negative ones count from the end. @throws ArgumentError */
  at(...index: number[]): number {
    const { shape } = this;
    if (index.length !== shape.length) {
      throw new ArgumentError(
        `at(${index.join(", ")}) of ${shape.length} axes.`,
        `Give one index for each: ${this.axes.map(({ name }) => name).join(", ")}.`,
      ).at(callSite());
    }
    return taken(this.tensor, index).item();
  }

  /** Along an axis, at one place of it: by its index, or by its label, the first of that name. @throws ArgumentError */
  pick(axis: string, place: number | string): Labelled {
    const at = this.axes.findIndex(({ name }) => name === axis);
    if (at < 0) {
      throw new ArgumentError(
        `There is no axis ${JSON.stringify(axis)}.`,
        `There are ${this.axes.map(({ name }) => name).join(", ")}.`,
      ).at(callSite());
    }
    const { labels } = this.axes[at] as Axis;
    const index = typeof place === "number" ? place : labels.indexOf(place);
    if (typeof place === "string" && index < 0) {
      throw new ArgumentError(
        `There is no ${axis} ${JSON.stringify(place)}.`,
        `There are ${labels.map((label) => JSON.stringify(label)).join(", ")}.`,
      ).at(callSite());
    }
    const rest = this.axes.filter((_, i) => i !== at);
    return new Labelled(this.name, rest, taken(this.tensor, [...new Array<string>(at).fill(":"), index]));
  }

  /** The sum of all. */
  sum(): number {
    return this.data.reduce((sum, x) => sum + x, 0);
  }

  /** Every number with its place, in order. */
  entries(): Entry[] {
    return Array.from(this.data, (value, i) => this.entry(i, value));
  }

  /** The `k` largest, falling; with `by: "magnitude"` the furthest from 0. */
  top(k: number, { by = "value" }: { by?: "value" | "magnitude" } = {}): Entry[] {
    // What is no number comes last.
    const key = (x: number) => (Number.isNaN(x) ? Number.NEGATIVE_INFINITY : by === "magnitude" ? Math.abs(x) : x);
    const order = Array.from(this.data.keys()).sort((a, b) => key(this.data[b]!) - key(this.data[a]!) || a - b);
    return order.slice(0, k).map((i) => this.entry(i, this.data[i]!));
  }

  /** Each number put through a function. */
  map(change: (value: number) => number, name = this.name): Labelled {
    return new Labelled(name, this.axes, new Tensor(this.shape, "float32", this.data.map(change)));
  }

  /** Plain data: nested arrays with the names and labels of their axes. */
  toJSON(): { name: string; axes: Axis[]; values: unknown } {
    return {
      name: this.name,
      axes: this.axes.map(({ name, labels }) => ({ name, labels })),
      values: this.tensor.array(),
    };
  }

  /** A line for each number: of each axis its label and its index, then the number. */
  toCSV(): string {
    const quoted = (text: string) => (/[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const head = [...this.axes.flatMap(({ name }) => [name, `${name} index`]), "value"];
    const lines = this.entries().map(({ labels, index, value }) => [
      ...labels.flatMap((label, axis) => [label, String(index[axis])]),
      String(value),
    ]);
    return `${[head, ...lines].map((line) => line.map(quoted).join(",")).join("\n")}\n`;
  }

  /** The last axis as columns, the others as rows: for a console. */
  toString(): string {
    if (this.axes.length === 0) return `${this.name}: ${this.data[0]}`;
    const columns = this.axes.at(-1)?.labels ?? [];
    const rows = this.data.length / Math.max(1, columns.length);
    const number = (x: number) => x.toPrecision(3);
    const table = [["", ...columns.map((label) => JSON.stringify(label))]];
    for (let r = 0; r < rows; r++) {
      const place = this.entry(r * columns.length, 0)
        .labels.slice(0, -1)
        .join(" ");
      table.push([place, ...Array.from(this.data.subarray(r * columns.length, (r + 1) * columns.length), number)]);
    }
    const widths = (table[0] as string[]).map((_, c) => Math.max(...table.map((row) => row[c]?.length ?? 0)));
    const body = table.map((row) =>
      row
        .map((cell, c) => cell.padStart(widths[c] as number))
        .join("  ")
        .trimEnd(),
    );
    return `${this.name} [${this.axes.map(({ name }) => name).join(" × ")}]\n${body.join("\n")}`;
  }

  private entry(offset: number, value: number): Entry {
    const index: number[] = [];
    let rest = offset;
    for (const size of [...this.shape].reverse()) {
      index.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return { value, index, labels: index.map((i, axis) => this.axes[axis]?.labels[i] as string) };
  }
}

/** Numbers as a labelled tensor, row-major. @throws ShapeMismatchError for more or fewer than there are places. */
export function labelled(name: string, axes: readonly Axis[], numbers: ArrayLike<number>): Labelled {
  const shape = axes.map(({ labels }) => labels.length);
  const size = shape.reduce((n, d) => n * d, 1);
  if (numbers.length !== size) {
    throw new ShapeMismatchError(
      `${numbers.length} numbers for ${size} places, ${axes.map(({ name, labels }) => `${labels.length} of ${name}`).join(" × ")}.`,
      "Give a number for each, row by row.",
    ).at(callSite());
  }
  return new Labelled(name, axes, new Tensor(shape, "float32", Float32Array.from(numbers)));
}

/** At the caller's line. */
function taken(tensor: Tensor, index: (number | string)[]): Tensor {
  try {
    return tensor.at(...index);
  } catch (error) {
    throw error instanceof InsituError ? error.at(callSite()) : error;
  }
}
