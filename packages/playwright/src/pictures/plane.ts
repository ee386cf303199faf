/** The part of a tensor that a picture shows. */
export interface Plane {
  rows: number;
  columns: number;
  /** Where in the data it begins, row after row. */
  from: number;
  /** As an index: "[0, 3, :, :]". */
  label: string;
  /** Of a vector that was broken into rows: how many numbers a row has. */
  broken: number | undefined;
}

/** A vector longer than this is broken into rows. */
const LONGEST_ROW = 64;

/** The last two dimensions, where the number at `at` is; of a vector, all of it. */
export function planeAround(at: number, shape: readonly number[]): Plane {
  const columns = shape.at(-1) ?? 1;
  if (shape.length < 2) {
    const size = Math.max(1, columns);
    if (size <= LONGEST_ROW) return { rows: 1, columns: size, from: 0, label: "[:]", broken: undefined };
    const row = 2 ** Math.ceil(Math.log2(Math.sqrt(size * 2)));
    return { rows: Math.ceil(size / row), columns: row, from: 0, label: "[:]", broken: row };
  }
  const rows = shape.at(-2) as number;
  const plane = Math.floor(at / (rows * columns));
  const lead: number[] = [];
  let rest = plane;
  for (const n of [...shape.slice(0, -2)].reverse()) {
    lead.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return {
    rows,
    columns,
    from: plane * rows * columns,
    label: `[${[...lead, ":", ":"].join(", ")}]`,
    broken: undefined,
  };
}

/** Numbers as cells of a picture: each the furthest from zero of those it stands for. */
export interface Cells {
  rows: number;
  columns: number;
  /** How many rows and columns of the tensor one cell stands for. */
  perRow: number;
  perColumn: number;
  /** NaN where one of them is; undefined past the end of a broken vector. */
  at(row: number, column: number): number | undefined;
}

const MOST_ROWS = 320;
const MOST_COLUMNS = 640;

export function cellsOf(data: ArrayLike<number>, { rows, columns, from, broken }: Plane): Cells {
  const perRow = Math.ceil(rows / MOST_ROWS);
  const perColumn = Math.ceil(columns / MOST_COLUMNS);
  const end = broken ? data.length : from + rows * columns;
  return {
    rows: Math.ceil(rows / perRow),
    columns: Math.ceil(columns / perColumn),
    perRow,
    perColumn,
    at(row, column) {
      let furthest: number | undefined;
      for (let r = row * perRow; r < Math.min(rows, (row + 1) * perRow); r++) {
        for (let c = column * perColumn; c < Math.min(columns, (column + 1) * perColumn); c++) {
          const at = from + r * columns + c;
          if (at >= end) continue;
          const x = data[at] as number;
          if (Number.isNaN(x)) return x;
          if (furthest === undefined || Math.abs(x) > Math.abs(furthest)) furthest = x;
        }
      }
      return furthest;
    },
  };
}
