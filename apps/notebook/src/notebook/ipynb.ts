/** Jupyter's own format, nbformat 4.5, with the kernel of Deno, which runs TypeScript. Outputs are left out. */
import * as v from "valibot";
import { type Cell, type Notebook, newCell, newId } from "./notebook.ts";
import { NotebookError } from "./notebookError.ts";

export function toIpynb({ title, cells }: Pick<Notebook, "title" | "cells">): string {
  const notebook = {
    cells: cells.map(({ id, kind, source }) => ({
      cell_type: kind,
      id,
      metadata: {},
      ...(kind === "code" && { execution_count: null, outputs: [] }),
      source: linesOf(source),
    })),
    metadata: {
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x.typescript" },
      title,
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** @throws NotebookError */
export function fromIpynb(text: string, name = "Untitled"): Notebook {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new NotebookError(`${name} is no JSON: ${(error as Error).message}.`, "Export it from Jupyter again.");
  }
  const read = v.safeParse(File, data);
  if (!read.success) {
    const [issue] = read.issues;
    const path = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
    throw new NotebookError(
      `${name} is no notebook of nbformat 4: ${path ? `${path}: ` : ""}${issue.message}.`,
      "Open a file that Jupyter wrote, of version 4.",
    );
  }
  const { cells, metadata } = read.output;
  return {
    id: newId(),
    title: metadata?.title || name.replace(/\.ipynb$/, ""),
    cells: cells.map(({ cell_type, source }): Cell => {
      const text = typeof source === "string" ? source : source.join("");
      return newCell(cell_type === "code" ? "code" : "markdown", text);
    }),
  };
}

const File = v.object({
  nbformat: v.literal(4),
  cells: v.array(
    v.object({
      cell_type: v.picklist(["code", "markdown", "raw"]),
      source: v.union([v.string(), v.array(v.string())]),
    }),
  ),
  metadata: v.optional(v.object({ title: v.optional(v.string()) })),
});

/** Each with its line's end, so that a change of a line is a line. */
const linesOf = (source: string): string[] => source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
