/** Values as text, however large they are: printing ends where the room does. */
import { Labelled } from "@insitu/analysis";
import { Tensor, Value } from "insitu";

export interface Printed {
  text: string;
  /** Whether something was left out. */
  cut: boolean;
}

/** What fits a line stands on one. */
const LINE = 72;

/** A value as it would be written in code, in not many more than `limit` characters. */
export function printed(value: unknown, limit: number): Printed {
  const printer = new Printer(limit);
  return { text: printer.print(value, "", []), cut: printer.cut };
}

class Printer {
  cut = false;

  constructor(private left: number) {}

  print(value: unknown, indent: string, around: readonly unknown[]): string {
    const text = this.plain(value);
    if (text !== undefined) {
      this.left -= text.length + 2;
      return text;
    }
    if (around.includes(value)) return "[circular]";
    if (around.length > 8) return "…";
    const inside = [...around, value];
    const list = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
    const keys = list ? undefined : Object.keys(value as object);
    const length = keys ? keys.length : (value as ArrayLike<unknown>).length;
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      if (this.left <= 0) {
        this.cut = true;
        parts.push(`… ${length - i} more`);
        break;
      }
      const name = keys?.[i];
      const part = (value as Record<string | number, unknown>)[name ?? i];
      if (name !== undefined) this.left -= name.length + 2;
      const shown = this.print(part, `${indent}  `, inside);
      parts.push(name === undefined ? shown : `${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}: ${shown}`);
    }
    const [open, close] = list ? ["[", "]"] : ["{", "}"];
    const oneLine = list ? `[${parts.join(", ")}]` : parts.length > 0 ? `{ ${parts.join(", ")} }` : "{}";
    if (oneLine.length + indent.length <= LINE && !oneLine.includes("\n")) return oneLine;
    // Rows of numbers would be a column of them.
    if (list && parts.every((part) => part.length < 12)) return `[${wrapped(parts, indent)}]`;
    return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
  }

  /** What has no parts; undefined for what has. */
  private plain(value: unknown): string | undefined {
    if (typeof value === "string") {
      if (value.length <= this.left) return JSON.stringify(value);
      this.cut = true;
      return `${JSON.stringify(value.slice(0, Math.max(0, this.left)))} …`;
    }
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "function") return `ƒ ${value.name}`;
    if (typeof value !== "object" || value === null) return String(value);
    if (value instanceof Tensor) return String(value);
    if (value instanceof Labelled) return `${value.name}: ${value.tensor}`;
    if (value instanceof Value) return "a value of a trace";
    if (value instanceof Error || value instanceof Date || value instanceof RegExp) return String(value);
    if (value instanceof Promise) return "a promise: await it";
    if (value instanceof Map || value instanceof Set) return this.print([...value], "", []);
    return undefined;
  }
}

function wrapped(parts: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= LINE) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return lines.join(`,\n${indent} `);
}
