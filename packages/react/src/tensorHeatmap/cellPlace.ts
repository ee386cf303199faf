/** A place in a heat map, and how keys move from it. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Rows that Page Up and Page Down go. */
const PAGE = 10;

/** Where a key leads, or undefined for a key that does not; from nowhere every one leads to the first cell. */
export function moved(
  from: CellPlace | null,
  { key, ctrlKey, metaKey, altKey }: { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean },
  rows: number,
  columns: number,
): CellPlace | undefined {
  if (rows === 0 || columns === 0 || altKey) return undefined;
  const far = ctrlKey || metaKey;
  const { row, column } = from ?? { row: 0, column: 0 };
  const steps: Record<string, [number, number]> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    PageUp: [row - PAGE, column],
    PageDown: [row + PAGE, column],
    Home: [far ? 0 : row, 0],
    End: [far ? rows - 1 : row, columns - 1],
  };
  const to = steps[key];
  if (!to || (far && key !== "Home" && key !== "End")) return undefined;
  if (!from) return { row: 0, column: 0 };
  return { row: Math.min(rows - 1, Math.max(0, to[0])), column: Math.min(columns - 1, Math.max(0, to[1])) };
}
