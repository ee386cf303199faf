/** The cells of a gallery notebook's Markdown: prose, and fences of `ts`. */

export interface SourceCell {
  readonly kind: "code" | "markdown";
  readonly source: string;
}

const FRONT_MATTER = /^---\n(.*?)\n---\n/s;

export function cellsOf(file: string): SourceCell[] {
  const cells: SourceCell[] = [];
  const body = file.replace(FRONT_MATTER, "");
  // Odd pieces are what stands in fences.
  for (const [i, piece] of body.split(/^```ts\n(.*?)^```$/ms).entries()) {
    if (i % 2 === 1) cells.push({ kind: "code", source: piece.trimEnd() });
    else
      for (const prose of piece.split("<!-- cell -->"))
        if (prose.trim() !== "") cells.push({ kind: "markdown", source: prose.trim() });
  }
  return cells;
}
