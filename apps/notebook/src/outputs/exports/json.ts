/** Any output as JSON: plain numbers, typed arrays as nested lists. */
import type { Output } from "../output.ts";

export const toJSON = (output: Output): string => `${JSON.stringify(plain(output), null, 1)}\n`;

function plain(output: Output): unknown {
  switch (output.kind) {
    case "numbers": {
      const { name, dtype, shape, data, axes, code } = output;
      return { name, dtype, shape, axes, code, data: nested(data, shape) };
    }
    case "attention": {
      const { name, shape, data, tokens } = output;
      return { name, shape, tokens, data: nested(data, shape) };
    }
    case "named":
      return Object.fromEntries(output.entries.map(({ name, output }) => [name, plain(output)]));
    case "tabs":
      return plain(output.tabs[0]!.output);
    default: {
      const { kind: _, ...rest } = output;
      return rest;
    }
  }
}

/** JSON has no NaN and no infinity: they are text. */
function nested(data: ArrayLike<number>, shape: readonly number[], offset = 0): unknown {
  if (shape.length === 0) {
    const value = data[offset]!;
    return Number.isFinite(value) ? value : String(value);
  }
  const [length, ...rest] = shape as [number, ...number[]];
  const step = rest.reduce((size, n) => size * n, 1);
  return Array.from({ length }, (_, i) => nested(data, rest, offset + i * step));
}
