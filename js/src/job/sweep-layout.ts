import type { Sweep } from "../kernel/protocol";

/** How a sweep is laid out in a width. */
export interface Layout {
  columns: number;
  rows: number;
  /** One axis, in rows as long as there is room. */
  wraps: boolean;
  /** Wider than there is room. */
  scrolls: boolean;
  /** Pixels of the headings of the rows. */
  head: number;
}

/** Rows that are there before a person asks for all: nothing grows past the window. */
export const ROWS_AT_FIRST = 6;

/** Between two positions, as in sweeps.css. */
export const GAP = 8;
/** A position of one axis is about as wide. */
const WIDE = 170;
/** A position in a table is at least as wide. */
const LEAST = 124;
/** Pixels of a letter of a heading, of the room behind it, and the least (in the studio, how it did is below) and most of all. */
const LETTER = 7;
const ROOM = 8;
const HEAD = { least: 40, studio: 58, most: 132 };

/** Lays it out; `filling` as the grid is that a cell leaves, which does not know its width: each row is filled but the last. */
export function arrange(
  { columns, rows }: Pick<Sweep, "columns" | "rows">,
  width: number,
  filling = false,
): Layout {
  const count = columns.length;
  if (rows.length === 1) {
    const most = Math.max(2, Math.floor((width + GAP) / (WIDE + GAP)));
    const lines = Math.ceil(count / Math.min(count, most));
    // As many in each, so that the last is not nearly empty.
    const across = filling ? Math.min(count, most) : Math.ceil(count / lines);
    return { columns: across, rows: lines, wraps: true, scrolls: false, head: 0 };
  }
  const longest = Math.max(...rows.flatMap((heading) => heading.split(" · ")).map((word) => word.length));
  const most = filling ? HEAD.most : Math.min(HEAD.most, width * 0.24);
  const narrowest = filling ? HEAD.least : HEAD.studio;
  const head = Math.round(Math.min(most, Math.max(narrowest, longest * LETTER + ROOM)));
  const least = head + count * (LEAST + GAP);
  return { columns: count, rows: rows.length, wraps: false, scrolls: least > width, head };
}

/** Where an arrow leads from a position, over what nothing stands in; undefined where it leads nowhere. */
export function stepTo(
  key: string,
  from: number,
  columns: number,
  count: number,
  isStop: (at: number) => boolean,
): number | undefined {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: 1, End: -1 }[key];
  if (step === undefined) return undefined;
  const begin = key === "Home" ? 0 : key === "End" ? count - 1 : from + step;
  for (let at = begin; at >= 0 && at < count; at += step) if (isStop(at)) return at;
  return undefined;
}
