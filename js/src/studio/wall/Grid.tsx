import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { listen } from "../../hooks/effects";
import { isModified } from "../../hooks/keys";
import { byTake, useGoTo } from "../../hooks/useGoTo";
import { useWidth } from "../../hooks/useWidth";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { GO } from "../keys/around";
import { showTake } from "../keys/showing";
import type { Session } from "../model/session";
import { looseJobs } from "../model/stage";
import { followScroll } from "../poster/rushing";
import { Cell } from "./Cell";
import { captionOf, type Piece } from "./captions";
import { more } from "./finding";
import { inScope } from "./found";
import { boxOf, FEW_ROWS, geometry, indexByKey, rowsOf, span } from "./geometry";
import { unswept } from "./unswept";
import { useBands } from "./useBands";
import { useOrder } from "./useOrder";

export interface GridProps {
  session: Session;
  /** What is as wide as the wall. */
  ruler: RefObject<HTMLElement | null>;
  /** All rows are there, and not only a few. */
  all: boolean;
  nothing: ComponentChildren;
}

/**
 * The jobs at work and the takes, in rows. Of all of them only those in sight are drawn, as the page scrolls; of a few,
 * the keys move on to those behind.
 *
 * One stop for the Tab key; arrows, Page Up and Down, Home and End go from take to take and show it.
 */
export function Grid({ session, ruler, all, nothing }: GridProps) {
  const { wall: found, counts, open, unseen, jobs, sweeps, endpoints } = useStore(session.state);
  const wall = useMemo(() => unswept(found, sweeps), [found, sweeps]);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const grid = geometry(useWidth(ruler, 600));
  /** The first row that is there, of a few. */
  const [first, setFirst] = useState(0);
  const loose = useMemo(() => looseJobs({ jobs, sweeps }), [jobs, sweeps]);
  const {
    ids,
    more: beside,
    waiting,
    release,
  } = useOrder(wall, loose, () => (all ? (box.current?.getBoundingClientRect().top ?? 0) < 0 : first > 0));
  const [current, setCurrent] = useState<string | null>(null);
  /** Where a key leads, while the take there is still loading: an index, to be shown too, or an id. */
  const [goal, setGoal] = useState<{ to: number | string; held?: boolean } | null>(null);
  /** The take that gets the focus once it is drawn. */
  const goTo = useGoTo(list);

  const total = wall.total + beside;
  const rows = Math.max(1, rowsOf(grid, total));
  const bands = useBands(marks, all ? rows : 0);
  const drawn = all
    ? span(grid, bands.from, bands.to + 1, total)
    : span(grid, first, first + FEW_ROWS, total);
  const indexOf = (id: string | null | undefined) => (id ? ids.indexOf(id) : -1);
  const isDrawn = (index: number) => index >= drawn.from && index < drawn.to;
  // The one that has the focus stays, wherever the page is scrolled to.
  const stop = [indexOf(current), indexOf(open?.take), Math.min(drawn.from, ids.length - 1)].find(
    (at) => at >= 0 && (all || isDrawn(at)),
  );
  const indices = Array.from({ length: drawn.to - drawn.from }, (_, at) => drawn.from + at);
  if (stop !== undefined && !isDrawn(stop)) indices.push(stop);

  /** Moves a few rows so that one is among them. */
  function reveal(index: number): void {
    const row = Math.floor(index / grid.columns);
    setFirst(Math.max(0, row < first ? row : Math.max(first, row - FEW_ROWS + 1)));
  }

  useEffect(() => {
    if (all) return followScroll(box);
  }, [all]);

  // Other filters begin at the top.
  const filters = useRef(wall.filters);
  useLayoutEffect(() => {
    if (filters.current === wall.filters) return;
    filters.current = wall.filters;
    setFirst(0);
    const { current: wallBox } = box;
    if (wallBox && wallBox.getBoundingClientRect().top < 0) wallBox.scrollIntoView();
  }, [wall.filters]);

  // What has the focus is not pushed out by what comes in.
  useLayoutEffect(() => {
    const at = indexOf(current);
    const page = list.current?.getRootNode() as Document | ShadowRoot | undefined;
    if (!all && at >= 0 && !isDrawn(at) && list.current?.contains(page?.activeElement ?? null)) reveal(at);
  }, [ids, all]);

  useLayoutEffect(() => {
    if (drawn.to > ids.length || (typeof goal?.to === "number" && goal.to >= ids.length)) void more(session);
  });

  useLayoutEffect(() => {
    const at = typeof goal?.to === "string" ? ids.indexOf(goal.to) : (goal?.to ?? -1);
    const id = ids[at];
    if (!goal || id === undefined) return;
    setGoal(null);
    setCurrent(id);
    reveal(at);
    goTo.current = byTake(id);
    const take = wall.known.get(id);
    if (take && goal.to === at) showTake(session, take, goal.held);
  }, [goal, ids]);

  useEffect(() => {
    return listen<CustomEvent<string>>(list.current, GO, ({ detail }) => setGoal({ to: detail }));
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    if (stop === undefined || isModified(event)) return;
    const next = indexByKey(event.key, stop, grid, total);
    if (next === undefined) return;
    setGoal({ to: next, held: event.repeat });
    event.preventDefault();
  }

  const item = (index: number) => {
    const id = ids[index] ?? "";
    return wall.known.get(id) ?? loose.find((job) => job.id === id);
  };
  const cell = (index: number) => {
    const shown = item(index);
    const { left, top } = boxOf(grid, all ? index : index - first * grid.columns);
    if (!shown) return <Place key={`place ${index}`} left={left} top={top} width={grid.cell} />;
    return (
      <Cell
        key={shown.id}
        session={session}
        item={shown}
        left={left}
        top={top}
        width={grid.cell}
        posInSet={index + 1}
        total={total}
        open={shown.id === open?.take}
        unseen={unseen.has(shown.id)}
        tabStop={index === stop}
        caption={"state" in shown ? NONE : caption(shown, [item(index - 1), item(index + 1)])}
        onCurrent={setCurrent}
      />
    );
  };

  /** What was written for the same take between the same neighbours. */
  const captions = useRef(new WeakMap<Take, { beside: unknown[]; pieces: Piece[] }>()).current;
  function caption(take: Take, beside: (ReturnType<typeof item> | undefined)[]): Piece[] {
    const known = captions.get(take);
    if (known?.beside.every((one, at) => one === [...beside, endpoints][at])) return known.pieces;
    const takes = beside.flatMap((one) => (one && !("state" in one) ? [one] : []));
    const pieces = captionOf(take, takes, endpoints);
    captions.set(take, { beside: [...beside, endpoints], pieces });
    return pieces;
  }

  // As high as without filters, so that nothing below moves while a person looks for something.
  const others = inScope(wall.filters, counts).all - (found.total - wall.total);
  const unfiltered = rowsOf(grid, others);
  const high = all ? rows : Math.min(FEW_ROWS, Math.max(rows, unfiltered));
  return (
    <div class="rk-wall" ref={box}>
      {all ? (
        <div class="rk-wall-bands" ref={marks} aria-hidden="true">
          {Array.from({ length: rows }, (_, at) => (
            <i key={at} style={{ top: `${at * grid.stride}px`, height: `${grid.stride}px` }} />
          ))}
        </div>
      ) : null}
      <ul
        class="rk-wall-list"
        ref={list}
        aria-label="Takes"
        aria-busy={wall.asking}
        style={{ height: `${high * grid.stride}px` }}
        onKeyDown={onKeyDown}
      >
        {total
          ? indices.map(cell)
          : Array.from({ length: grid.columns }, (_, at) => (
              <Place key={`place ${at}`} {...boxOf(grid, at)} width={grid.cell} />
            ))}
      </ul>
      {total || wall.asking ? null : nothing}
      {waiting || (first > 0 && !all) ? (
        <button
          type="button"
          class="rk-button rk-wall-new"
          onClick={() => {
            release();
            setFirst(0);
            if (all) box.current?.scrollIntoView();
          }}
        >
          {waiting
            ? `${waiting} new ${waiting === 1 ? "take" : "takes"}`
            : wall.filters.by
              ? "Back to the first"
              : "Newest"}
        </button>
      ) : null}
    </div>
  );
}

const NONE: Piece[] = [];

/** Where a take will be. */
function Place({ left, top, width }: { left: number; top: number; width: number }) {
  return (
    <li
      class="rk-cell rk-cell-empty"
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px` }}
      aria-hidden="true"
    >
      <div class="rk-take-picture" />
    </li>
  );
}
