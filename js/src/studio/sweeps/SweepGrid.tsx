import { useEffect, useRef, useState } from "preact/hooks";
import { ratioOf } from "../../compare/cell";
import type { Deck } from "../../compare/deck";
import { isModified } from "../../hooks/keys";
import { useGoTo } from "../../hooks/useGoTo";
import type { Sweep, Take } from "../../kernel/protocol";
import { memo } from "../../view/memo";
import { showTake } from "../keys/showing";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { namesOf } from "../model/sweeping";
import { followScroll } from "../poster/rushing";
import { useWidth } from "../wall/useWidth";
import { arrange, ROWS_AT_FIRST, stepTo } from "./layout";
import { Place } from "./Place";

/** Videos at once; a browser does not play any number. Those behind them stay as they are. */
const MOST_PLAYING = 24;
/** Positions that are drawn wherever the page is scrolled to. */
const FEW = 40;

export interface SweepGridProps {
  session: Session;
  sweep: Sweep;
  /** The takes that can be played, in the order of the grid. */
  takes: readonly Take[];
  /** The id of what is on the stage. */
  open: string | undefined;
  deck: Deck | null;
}

/**
 * The positions of a sweep: for one axis in rows that wrap, each under its heading; for more as a table, with headings of
 * rows at the left and of columns above.
 *
 * One stop for the Tab key; arrows go from position to position, and show on the stage what is there.
 */
export const SweepGrid = memo(({ session, sweep, takes, open, deck }: SweepGridProps) => {
  const ruler = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const goTo = useGoTo(grid);
  const [current, setCurrent] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const { positions, columns, rows } = sweep;
  const layout = arrange(sweep, useWidth(ruler, 900));
  const names = namesOf(sweep);
  const playing = new Set(deck ? takes.slice(0, MOST_PLAYING).map((take) => take.id) : []);
  const isStop = (at: number) => {
    const { state, job } = positions[at] ?? {};
    return job !== null && job !== undefined && state !== "waiting" && state !== "left_out";
  };
  const opened = positions.findIndex(({ job }) => job !== null && job === open);
  const stop = [current ?? -1, opened, positions.findIndex((_, at) => isStop(at))].find((at) => isStop(at));
  const shown = all || layout.rows <= ROWS_AT_FIRST + 1 ? layout.rows : ROWS_AT_FIRST;

  // How fast they go by, where not all are drawn.
  useEffect(() => {
    if (positions.length > FEW) return followScroll(grid);
  }, [positions.length > FEW]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || isModified(event) || stop === undefined) return;
    if (!(event.target as Element).closest("[data-at]")) return;
    const next = stepTo(
      event.key,
      stop,
      layout.columns,
      Math.min(positions.length, shown * layout.columns),
      isStop,
    );
    if (next === undefined) return;
    event.preventDefault();
    if (next !== stop) goTo.current = `[data-at="${next}"]`;
    setCurrent(next);
    const { state, job } = positions[next] ?? {};
    const take = state === "kept" ? takeById(session.state.get(), job ?? undefined) : undefined;
    if (take) showTake(session, take, event.repeat);
  }

  const draw = (at: number) => {
    const position = positions[at];
    return position ? (
      <Place
        {...{ session, position, at }}
        name={names[at] ?? ""}
        many={positions.length > FEW}
        tabStop={at === stop}
        deck={playing.has(position.job ?? "") ? deck : null}
        onAt={setCurrent}
      />
    ) : null;
  };
  const style = {
    "--rk-columns": layout.columns,
    "--rk-head": `${layout.head}px`,
    ...(deck ? { "--rk-ratio": ratioOf(takes) } : {}),
  };
  const hidden = layout.rows - shown;
  return (
    // What the keys reach is within: the focus stands on a position.
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its buttons pass on
    <div class="rk-sweep-grid" ref={grid} style={style} data-takes={sweep.id} onKeyDown={onKeyDown}>
      <div ref={ruler} />
      {layout.wraps ? (
        <ol class="rk-positions">
          {columns.slice(0, shown * layout.columns).map((heading, at) => (
            <li key={heading}>
              <div class="rk-position-heading" title={heading} aria-hidden="true">
                {heading}
              </div>
              {draw(at)}
            </li>
          ))}
        </ol>
      ) : (
        <div class="rk-grid-scroll" tabIndex={layout.scrolls ? 0 : undefined}>
          <table class="rk-grid">
            <thead>
              <tr>
                <td />
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shown).map((heading, row) => (
                <tr key={heading}>
                  <th scope="row">
                    {heading.split(" · ").map((word, part) => (
                      <span key={part}>{word}</span>
                    ))}
                  </th>
                  {columns.map((column, at) => (
                    <td key={column}>{draw(row * columns.length + at)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden > 0 || (all && layout.rows > ROWS_AT_FIRST + 1) ? (
        <button type="button" class="rk-button rk-sweep-all" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show ${ROWS_AT_FIRST} rows` : `Show all ${layout.rows} rows`}
        </button>
      ) : null}
    </div>
  );
});
