/** Pictures as SVG: heat maps as squares with their labels, tables as bars, tokens as text. */
import { scaleFor } from "@insitu/react";
import type { AttentionOutput, NumbersOutput, Output, TokensOutput, TopTokensOutput } from "../output.ts";
import { short, statisticsOf } from "../statistics.ts";

/** More squares than these make no picture that a program opens gladly. */
export const MOST_SQUARES = 10_000;

/** Undefined for what is no picture, or too much for one. */
export function toSVG(output: Output): string | undefined {
  switch (output.kind) {
    case "numbers":
      return heatmap(output);
    case "attention":
      return heads(output);
    case "topTokens":
      return bars(output);
    case "tokens":
      return tokens(output);
    case "svg":
      return /<svg\b[^>]*\bxmlns=/.test(output.svg)
        ? output.svg
        : output.svg.replace(/<svg\b/, '<svg xmlns="http://www.w3.org/2000/svg"');
    default:
      return undefined;
  }
}

const FONT = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11"';
const CELL = 22;
const CHARACTER = 6.7;

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const visible = (token: string): string => token.replaceAll(" ", "·").replaceAll("\n", "↵").replaceAll("\t", "⇥");

/** The last two dimensions as a picture, those before as one picture below another. */
function heatmap({ shape, data, axes, name }: NumbersOutput): string | undefined {
  if (data.length === 0 || data.length > MOST_SQUARES) return undefined;
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const figures = statisticsOf(data);
  const scale = scaleFor({ min: figures?.min || 0, max: figures?.max || 0 });
  const named = (axis: number, count: number) =>
    axes?.at(axis)?.labels ?? Array.from({ length: count }, (_, i) => String(i));
  const [down, across] = [shape.length > 1 ? named(-2, rows) : [""], named(-1, columns)];
  const left = 12 + CHARACTER * Math.max(0, ...down.map(({ length }) => length));
  const foot = 12 + CHARACTER * Math.max(0, ...across.map(({ length }) => length));
  const [width, height] = [left + columns * CELL + 12, rows * CELL + foot + 12];
  const pictures = data.length / (rows * columns);
  let body = "";
  for (let picture = 0; picture < pictures; picture++) {
    const top = 28 + picture * height;
    for (let row = 0; row < rows; row++) {
      body += `<text x="${left - 6}" y="${top + (row + 0.7) * CELL}" text-anchor="end">${escaped(visible(down[row]!))}</text>`;
      for (let column = 0; column < columns; column++) {
        const value = data[(picture * rows + row) * columns + column]!;
        body += `<rect x="${left + column * CELL}" y="${top + row * CELL}" width="${CELL}" height="${CELL}" fill="${scale.color(value)}"><title>${escaped(`${down[row]} ${across[column]}: ${short(value)}`)}</title></rect>`;
      }
    }
    for (let column = 0; column < columns; column++) {
      const [x, y] = [left + (column + 0.65) * CELL, top + rows * CELL + 6];
      body += `<text transform="translate(${x} ${y}) rotate(-90)" text-anchor="end">${escaped(visible(across[column]!))}</text>`;
    }
  }
  const title = `${name ?? "tensor"} [${shape.join(", ")}] ${figures ? `${short(figures.min)} to ${short(figures.max)}` : ""}`;
  return page(
    Math.max(width, 24 + CHARACTER * title.length),
    28 + pictures * height,
    `<text x="12" y="18">${escaped(title)}</text>${body}`,
  );
}

function heads({ shape, data, tokens, name }: AttentionOutput): string | undefined {
  const labels = tokens ?? Array.from({ length: shape[2] }, (_, i) => String(i));
  const axes = [{ name: "head" }, { name: "query", labels }, { name: "key", labels }];
  return heatmap({ kind: "numbers", dtype: "float32", shape, data, axes, name: name ?? "attention" });
}

function bars({ tokens, name }: TopTokensOutput): string {
  const left = 12 + CHARACTER * Math.max(0, ...tokens.map(({ token }) => token.length + 1));
  const most = tokens[0]?.probability || 1;
  const rows = tokens.map(({ token, probability }, i) => {
    const y = 30 + i * CELL;
    return (
      `<text x="${left - 6}" y="${y + 14}" text-anchor="end">${escaped(visible(token))}</text>` +
      `<rect x="${left}" y="${y + 3}" width="${(240 * probability) / most}" height="${CELL - 8}" fill="#0b6f66"/>` +
      `<text x="${left + 6 + (240 * probability) / most}" y="${y + 14}">${(100 * probability).toFixed(2)} %</text>`
    );
  });
  return page(
    left + 320,
    40 + tokens.length * CELL,
    `<text x="12" y="18">${escaped(name ?? "next token")}</text>${rows.join("")}`,
  );
}

function tokens({ tokens, values }: TokensOutput): string {
  const min = Math.min(...(values ?? [0]));
  const max = Math.max(...(values ?? [1]));
  const scale = scaleFor({ min, max });
  let [x, y, body] = [12, 14, ""];
  for (const [i, token] of tokens.entries()) {
    const width = CHARACTER * token.length + 6;
    if (x + width > 700) [x, y] = [12, y + 26];
    const fill = values ? scale.color(values[i]!) : "#f1f1ee";
    const ink = values ? scale.ink(values[i]!) : "#000";
    body += `<rect x="${x}" y="${y}" width="${width}" height="20" rx="3" fill="${fill}"/><text x="${x + 3}" y="${y + 14}" fill="${ink}">${escaped(visible(token))}</text>`;
    x += width + 2;
  }
  return page(724, y + 34, body);
}

const page = (width: number, height: number, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" ${FONT}><rect width="100%" height="100%" fill="#fff"/>${body}</svg>`;
