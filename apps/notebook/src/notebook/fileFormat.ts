/**
 * A notebook as a file of Markdown: it reads well where Markdown is read, and differs by lines. Prose is Markdown cells, fences
 * of `ts` are code cells; two Markdown cells in a row have a comment between them.
 */
import { type Cell, type Notebook, newCell, newId } from "./notebook.ts";
import { NotebookError } from "./notebookError.ts";

const BETWEEN = "<!-- cell -->";

export function toFile({ title, cells }: Pick<Notebook, "title" | "cells">): string {
  const parts = [`---\ntitle: ${JSON.stringify(title)}\n---\n`];
  let before: Cell["kind"] | undefined;
  for (const { kind, source } of cells) {
    if (kind === "code") parts.push(fenced(source));
    else {
      // An empty cell, and one whose ends are empty lines, would be lost among the lines around it.
      if (before === "markdown" || source.trim() === "" || source !== source.trim()) parts.push(BETWEEN);
      parts.push(shielded(source));
    }
    before = kind;
  }
  return parts.join("\n");
}

/** @throws NotebookError for a fence without an end, and for what is no text. */
export function fromFile(text: string, name = "Untitled"): Notebook {
  if (text.includes("\0")) throw new NotebookError(`${name} is no text.`, "Open a .insitu.md or an .ipynb file.");
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replace(/\n$/, "")
    .split("\n");
  const { title, begin } = frontMatter(lines);
  const cells: Cell[] = [];
  let prose: string[] = [];
  // Whether the prose was announced, and is a cell whatever it says.
  let announced = false;
  const endProse = (last = false) => {
    const source = announced ? exact(prose, last) : prose.join("\n").trim();
    if (announced || source !== "") cells.push(newCell("markdown", source));
    prose = [];
    announced = false;
  };
  for (let i = begin; i < lines.length; i++) {
    const line = lines[i]!;
    const end = fenceEnd(lines, i);
    if (end < 0) {
      const ticks = /^`+/.exec(line)![0];
      const remedy = `Close it with ${ticks} on a line of its own.`;
      throw new NotebookError(`${name} has a fence without an end.`, remedy, i + 1);
    }
    if (line === BETWEEN) {
      endProse();
      announced = true;
    } else if (end === 0) prose.push(unshielded(line));
    else {
      if (isCode(line)) {
        endProse();
        cells.push(newCell("code", lines.slice(i + 1, end).join("\n")));
      } else prose.push(...lines.slice(i, end + 1));
      i = end;
    }
  }
  endProse(true);
  return { id: newId(), title: title ?? titleOf(cells) ?? name, cells };
}

/** With more ticks than there are in it. */
function fenced(source: string): string {
  const longest = Math.max(2, ...(source.match(/^`{3,}/gm) ?? []).map(({ length }) => length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}ts\n${source}\n${ticks}\n`;
}

/**
 * Prose as it stands in a file. Its own fences stay as they are where they end in it and are none of `ts`; any other line that
 * would be read as the end of the cell has a backslash before it, as Markdown itself has it.
 */
function shielded(source: string): string {
  const lines = source.split("\n");
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const end = fenceEnd(lines, i);
    if (end > 0 && !isCode(line)) {
      out.push(...lines.slice(i, end + 1));
      i = end;
    } else out.push(MARK.test(line) ? `\\${line}` : line);
  }
  return `${out.join("\n")}\n`;
}

/** What begins or ends a cell, behind any number of backslashes. */
const MARK = /^\\*(`{3,}\S*\s*|<!-- cell -->)$/;

const unshielded = (line: string): string => (line.startsWith("\\") && MARK.test(line) ? line.slice(1) : line);

const FENCE = /^(`{3,})(\S*)\s*$/;

const isCode = (line: string): boolean => ["ts", "js"].includes(FENCE.exec(line)?.[2] ?? "");

/** The line that ends the fence which begins at one; 0 where none begins, -1 where it has no end. */
function fenceEnd(lines: readonly string[], at: number): number {
  const fence = FENCE.exec(lines[at]!);
  return fence ? lines.indexOf(fence[1]!, at + 1) : 0;
}

/** All lines but the empty one that stands between a part of a file and the next. */
const exact = (prose: readonly string[], last: boolean): string =>
  (!last && prose.at(-1) === "" ? prose.slice(0, -1) : prose).join("\n");

function frontMatter(lines: readonly string[]): { title?: string; begin: number } {
  if (lines[0] !== "---") return { begin: 0 };
  const end = lines.indexOf("---", 1);
  if (end < 0) return { begin: 0 };
  const field = lines.slice(1, end).find((line) => line.startsWith("title:"));
  const text = field?.slice("title:".length).trim() ?? "";
  const title = /^".*"$/.test(text) ? quoted(text) : text;
  return { ...(title && { title }), begin: end + 1 };
}

function quoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function titleOf(cells: readonly Cell[]): string | undefined {
  for (const { kind, source } of cells) {
    const heading = kind === "markdown" ? /^#\s+(.+)$/m.exec(source) : null;
    if (heading) return heading[1];
  }
  return undefined;
}
