/** Where the takes lie on the wall: in rows of cells that all have the same shape. */
export interface Geometry {
  columns: number;
  /** Width of a cell, in pixels. */
  cell: number;
  /** From the top of a row to that of the next. */
  stride: number;
}

const GAP = 10;
/** A cell is about so wide. */
const LEAST = 144;
/** The line under a picture, with the room around it: as in takes.css. */
const CAPTION = 34;
/** Rows in sight where there are more: the half one shows that it goes on. */
const IN_SIGHT = 2.5;

export function geometry(width: number): Geometry {
  const columns = Math.max(2, Math.floor((width + GAP) / (LEAST + GAP)));
  const cell = Math.max(0, (width - GAP * (columns - 1)) / columns);
  return { columns, cell, stride: (cell * 9) / 16 + CAPTION };
}

export function boxOf({ columns, cell, stride }: Geometry, index: number): { left: number; top: number } {
  return { left: (index % columns) * (cell + GAP), top: Math.floor(index / columns) * stride };
}

/** Rows that so many takes fill. */
export function rowsOf({ columns }: Geometry, count: number): number {
  return Math.ceil(count / columns);
}

/** How many rows are in sight at once. */
export function rowsInSight(grid: Geometry, count: number): number {
  const rows = rowsOf(grid, count);
  return rows <= 2 ? Math.max(1, rows) : IN_SIGHT;
}

/** The indices that are drawn when `row` is the first in sight: those in sight, and a row on either side. */
export function span(grid: Geometry, row: number, count: number): { from: number; to: number } {
  const from = Math.max(0, (row - 1) * grid.columns);
  return { from, to: Math.min(count, (row + Math.ceil(IN_SIGHT) + 2) * grid.columns) };
}

/** The index that a key leads to from another; undefined for a key that leads nowhere. */
export function indexByKey(
  key: string,
  at: number,
  { columns }: Geometry,
  count: number,
): number | undefined {
  const page = columns * Math.floor(IN_SIGHT);
  const steps: { [key: string]: number } = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -at,
    End: count - 1 - at,
  };
  const step = steps[key];
  if (step === undefined) return undefined;
  const next = at + step;
  if (next >= 0 && next < count) return next;
  // Down from the row above a shorter last one ends in that; a page ends with the wall.
  if (key === "ArrowDown" && Math.floor(at / columns) < Math.floor((count - 1) / columns)) return count - 1;
  if (key === "PageUp") return 0;
  return key === "PageDown" ? count - 1 : undefined;
}
