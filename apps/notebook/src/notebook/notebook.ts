/** A notebook as plain data: what is kept, shared and diffed. */

export type CellKind = "code" | "markdown";

export interface Cell {
  /** Unique within the notebook; not kept in files. */
  readonly id: string;
  readonly kind: CellKind;
  readonly source: string;
}

export interface Notebook {
  /** Unique in this browser. */
  readonly id: string;
  readonly title: string;
  readonly cells: readonly Cell[];
}

/** Where a notebook came from. What came by link or file runs only once the reader says so. */
export type Origin = "new" | "gallery" | "link" | "file";

export const newId = (): string => crypto.randomUUID().slice(0, 8);

export const newCell = (kind: CellKind = "code", source = ""): Cell => ({ id: newId(), kind, source });
