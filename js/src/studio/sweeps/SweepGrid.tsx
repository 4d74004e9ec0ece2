import { useEffect, useRef, useState } from "preact/hooks";
import { ratioOf } from "../../compare/cell";
import type { Deck } from "../../compare/deck";
import { isModified } from "../../hooks/keys";
import { useGoTo } from "../../hooks/useGoTo";
import { useWidth } from "../../hooks/useWidth";
import { PositionGrid, sizes } from "../../job/PositionGrid";
import { namesOf } from "../../job/sweep";
import { arrange, ROWS_AT_FIRST, stepTo } from "../../job/sweep-layout";
import type { Sweep, Take } from "../../kernel/protocol";
import { memo } from "../../view/memo";
import { showTake } from "../keys/showing";
import { added } from "../late/late";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { followScroll } from "../poster/rushing";
import { Place } from "./Place";

const HeatCell = added((parts) => parts.HeatCell);
const EffectMark = added((parts) => parts.EffectMark);

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
 * The positions of a sweep, of which those far from the screen are not drawn.
 *
 * One stop for the Tab key; arrows go from position to position, and show on the stage what is there.
 */
export const SweepGrid = memo(({ session, sweep, takes, open, deck }: SweepGridProps) => {
  const ruler = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const goTo = useGoTo(grid);
  const [current, setCurrent] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const { positions } = sweep;
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
      <div class="rk-spot">
        <Place
          {...{ session, position, at }}
          name={names[at] ?? ""}
          many={positions.length > FEW}
          tabStop={at === stop}
          deck={playing.has(position.job ?? "") ? deck : null}
          onAt={setCurrent}
        />
        <HeatCell {...{ session, sweep, at }} />
      </div>
    ) : null;
  };
  const beside = (heading: string, ofRow: boolean, at: number, part: number) => (
    <EffectMark {...{ session, sweep, heading, ofRow, at, part }} />
  );
  const style = { ...sizes(layout), ...(deck ? { "--rk-ratio": ratioOf(takes) } : {}) };
  const hidden = layout.rows - shown;
  return (
    // What the keys reach is within: the focus stands on a position.
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its buttons pass on
    <div class="rk-sweep-grid" ref={grid} style={style} data-takes={sweep.id} onKeyDown={onKeyDown}>
      <div ref={ruler} />
      <PositionGrid {...{ sweep, layout, shown, draw, beside }} />
      {hidden > 0 || (all && layout.rows > ROWS_AT_FIRST + 1) ? (
        <button type="button" class="rk-button rk-sweep-all" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show ${ROWS_AT_FIRST} rows` : `Show all ${layout.rows} rows`}
        </button>
      ) : null}
    </div>
  );
});
