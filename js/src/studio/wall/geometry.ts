/** Where the takes lie on the wall: in rows of cells that all have the same shape. */
export interface Geometry {
  columns: number;
  /** Width of a cell, in pixels. */
  cell: number;
  /** From the top of a row to that of the next. */
  stride: number;
}

const GAP = 8;
/** A cell is at least so wide. */
const LEAST = 168;
/** Width to height of a picture, and the two lines below it with the room around them: as in takes.css. */
const RATIO = 5 / 2;
const CAPTION = 48;
/** Rows that a wall has where not all of it is shown. */
export const FEW_ROWS = 2;

export function geometry(width: number): Geometry {
  const columns = Math.max(2, Math.floor((width + GAP) / (LEAST + GAP)));
  const cell = Math.max(0, (width - GAP * (columns - 1)) / columns);
  return { columns, cell, stride: cell / RATIO + CAPTION };
}

export function boxOf({ columns, cell, stride }: Geometry, index: number): { left: number; top: number } {
  return { left: (index % columns) * (cell + GAP), top: Math.floor(index / columns) * stride };
}

/** Rows that so many takes fill. */
export function rowsOf({ columns }: Geometry, count: number): number {
  return Math.ceil(count / columns);
}

/** The indices that are drawn where the rows from one to another, which is not drawn, are in sight. */
export function span({ columns }: Geometry, from: number, to: number, count: number) {
  return { from: Math.max(0, from * columns), to: Math.max(0, Math.min(count, to * columns)) };
}

/** The index that a key leads to from another; undefined for a key that leads nowhere. */
export function indexByKey(
  key: string,
  at: number,
  { columns }: Geometry,
  count: number,
): number | undefined {
  const page = columns * FEW_ROWS;
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
