import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Sweep } from "../kernel/protocol";
import type { Layout } from "./sweep-layout";

export interface PositionGridProps {
  sweep: Pick<Sweep, "columns" | "rows">;
  layout: Layout;
  /** Rows that are drawn. */
  shown: number;
  /** Draws a position by its index, row by row. */
  draw: (at: number) => ComponentChildren;
  /** Draws what stands beside a heading, or beside a part of that of a row. */
  beside?: (heading: string, ofRow: boolean, at: number, part: number) => ComponentChildren;
}

/**
 * The positions of a sweep: for one axis in rows that wrap, each under its heading; for more as a table, with headings of
 * rows at the left and of columns above. What it stands in has the style of `sizes`.
 */
export function PositionGrid({ sweep, layout, shown, draw, beside }: PositionGridProps) {
  const { columns, rows } = sweep;
  if (layout.wraps)
    return (
      <ol class="rk-positions">
        {columns.slice(0, shown * layout.columns).map((heading, at) => (
          <li key={heading}>
            {/* A position says it by itself. */}
            <div class="rk-position-heading" title={heading} aria-hidden="true">
              {heading}
            </div>
            {beside?.(heading, false, at, 0)}
            {draw(at)}
          </li>
        ))}
      </ol>
    );
  return (
    <Scrolled scrolls={layout.scrolls}>
      <table class="rk-grid">
        <thead>
          <tr>
            <td />
            {columns.map((column, at) => (
              <th key={column} scope="col">
                {column}
                {beside?.(column, false, at, 0)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((heading, row) => (
            <tr key={heading}>
              <th scope="row">
                {heading.split(" · ").map((word, part) => (
                  <span key={part}>
                    {word}
                    {beside?.(word, true, row, part)}
                  </span>
                ))}
              </th>
              {columns.map((column, at) => (
                <td key={column}>{draw(row * columns.length + at)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

/** What may be wider than its place: an edge beyond which there is more fades, and has an arrow. */
function Scrolled({ scrolls, children }: { scrolls: boolean; children: ComponentChildren }) {
  const part = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState(false);
  const look = () => {
    const { scrollLeft = 0, clientWidth = 0, scrollWidth = 0 } = part.current ?? {};
    // Leftwards it is negative.
    setMore(Math.abs(scrollLeft) + clientWidth < scrollWidth - 2);
  };
  useLayoutEffect(look, [scrolls]);
  return (
    <div class={`rk-grid-place${scrolls && more ? " rk-grid-more" : ""}`}>
      <div class="rk-grid-scroll" ref={part} tabIndex={scrolls ? 0 : undefined} onScroll={look}>
        {children}
      </div>
    </div>
  );
}

/** The sizes of a grid, for the style of what it stands in. */
export function sizes({ columns, head }: Layout): { [property: string]: string | number } {
  return { "--rk-columns": columns, "--rk-head": `${head}px` };
}
