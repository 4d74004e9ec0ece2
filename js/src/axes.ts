import { type Field, shown } from "./fields";
import type { Sweep, SweepAxis } from "./protocol";

/** A sweep as it is laid out: the last axis gives the columns, the others together the rows. */
export interface Layout {
  columns: string[];
  /** Each with its heading, and where its first place is among the places. With one axis there is one, without one. */
  rows: { heading: string; first: number }[];
}

export function layout(axes: Sweep["axes"], fields: Field[]): Layout {
  const named = axes.map((axis) => axis.values.map((value) => heading(axis, value, fields)));
  const columns = named.pop() ?? [""];
  const headings = named.reduce(
    (rows, values) => rows.flatMap((row) => values.map((value) => (row ? `${row} · ${value}` : value))),
    [""],
  );
  return { columns, rows: headings.map((row, place) => ({ heading: row, first: place * columns.length })) };
}

/** Words stand for themselves; of an option its name is said too: "Duration 5 s". */
function heading(axis: SweepAxis, value: SweepAxis["values"][number], fields: Field[]): string {
  if (axis.words) return String(value).trim() || "(nothing)";
  const field = fields.find((known) => known.name === axis.name);
  return field ? `${field.label} ${shown(field, value)}` : `${axis.name} ${String(value)}`;
}
