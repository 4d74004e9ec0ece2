import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../store";
import { GO } from "../keys/around";
import { showTake } from "../keys/showing";
import type { Session } from "../model/session";
import { Cell } from "./Cell";
import { more } from "./finding";
import { boxOf, geometry, indexByKey, rowsInSight, rowsOf, span } from "./geometry";
import { scrolledTo } from "./rushing";
import { useGlimpse } from "./useGlimpse";
import { useHeld } from "./useHeld";
import { useWidth } from "./useWidth";

/**
 * The takes in rows, of which only those in sight are there, however many takes there are.
 *
 * One stop for the Tab key; arrows, Page Up and Down, Home and End go from take to take and show it.
 */
export function Grid({ session, nothing }: { session: Session; nothing: ComponentChildren }) {
  const { wall, counts, open, unseen } = useStore(session.state);
  const box = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const grid = geometry(useWidth(ruler, 600));
  const [row, setRow] = useState(0);
  const { ids, waiting, release } = useHeld(wall, () => (box.current?.scrollTop ?? 0) > 0);
  const { glimpse, rest, leave } = useGlimpse(session);
  const [current, setCurrent] = useState<string | null>(null);
  /** Where a key leads, while the take there is still loading: an index, to be shown too, or an id. */
  const [goal, setGoal] = useState<{ to: number | string; held?: boolean } | null>(null);
  /** The take that gets the focus once it is drawn. */
  const goTo = useRef<string | null>(null);

  const total = wall.total - waiting;
  const drawn = span(grid, row, total);
  // The one that has the focus stays, wherever the wall is scrolled to.
  const found = (id: string | null | undefined) => (id ? ids.indexOf(id) : -1);
  const stop = [found(current), found(open?.take), Math.min(drawn.from, ids.length - 1)].find(
    (at) => at >= 0,
  );
  const indices = Array.from({ length: drawn.to - drawn.from }, (_, at) => drawn.from + at);
  if (stop !== undefined && (stop < drawn.from || stop >= drawn.to)) indices.push(stop);

  function reveal(index: number): void {
    const element = box.current;
    if (!element) return;
    const { top } = boxOf(grid, index);
    const bottom = top + grid.stride;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = bottom - element.clientHeight;
    setRow(Math.floor(element.scrollTop / grid.stride));
  }

  // Other filters begin at the top; the open take is in sight, within the wall: the page stays where it is.
  useLayoutEffect(() => box.current?.scrollTo({ top: 0 }), [wall.filters]);
  useLayoutEffect(() => {
    const at = found(open?.take);
    if (at >= 0) reveal(at);
  }, [open?.take, grid.columns]);

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
    goTo.current = id;
    const take = wall.known.get(id);
    if (take && goal.to === at) showTake(session, take, goal.held);
  }, [goal, ids]);

  useEffect(() => {
    const go = (event: Event) => setGoal({ to: (event as CustomEvent<string>).detail });
    list.current?.addEventListener(GO, go);
    return () => list.current?.removeEventListener(GO, go);
  }, []);

  useLayoutEffect(() => {
    if (goTo.current === null) return;
    const button = [...(list.current?.querySelectorAll<HTMLElement>("[data-take]") ?? [])]
      .find((cell) => cell.dataset.take === goTo.current)
      ?.querySelector<HTMLElement>(".rk-take");
    if (!button) return;
    goTo.current = null;
    button.focus({ preventScroll: true });
  });

  function onKeyDown(event: KeyboardEvent): void {
    if (stop === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = indexByKey(event.key, stop, grid, total);
    if (next === undefined) return;
    setGoal({ to: next, held: event.repeat });
    event.preventDefault();
  }

  const cell = (index: number) => {
    const id = ids[index];
    const take = id === undefined ? undefined : wall.known.get(id);
    const { left, top } = boxOf(grid, index);
    if (!take)
      return (
        <li
          key={`coming ${index}`}
          class="rk-cell"
          style={{ left: `${left}px`, top: `${top}px`, width: `${grid.cell}px` }}
          aria-hidden="true"
        >
          <div class="rk-take-picture" />
        </li>
      );
    return (
      <Cell
        key={take.id}
        session={session}
        take={take}
        left={left}
        top={top}
        width={grid.cell}
        posInSet={index + 1}
        total={total}
        open={take.id === open?.take}
        unseen={unseen.has(take.id)}
        tabStop={index === stop}
        glimpse={glimpse?.take === take.id ? glimpse.url : undefined}
        onCurrent={setCurrent}
        onRest={rest}
      />
    );
  };

  // As high as without filters, so that nothing below moves while a person looks for something.
  const rows = rowsInSight(grid, Math.max(total, (wall.filters.here ? counts.here : counts.all) ?? 0));
  return (
    <div class="rk-wall-frame">
      <div
        class="rk-wall"
        ref={box}
        style={{ height: `calc(${rows * grid.stride}px + var(--rk-wall-room))` }}
        onScroll={(event) => {
          const { scrollTop } = event.currentTarget;
          scrolledTo(scrollTop);
          setRow(Math.max(0, Math.floor(scrollTop / grid.stride)));
          if (scrollTop <= 0) release();
        }}
      >
        <div ref={ruler} />
        <ul
          class="rk-wall-list"
          ref={list}
          aria-label="Takes"
          aria-busy={wall.asking}
          style={{ height: `${rowsOf(grid, total) * grid.stride}px` }}
          onKeyDown={onKeyDown}
          onPointerOver={({ target }) => {
            const id = (target as Element).closest<HTMLElement>("[data-take]")?.dataset.take;
            const take = wall.known.get(id ?? "");
            if (take && id !== open?.take) rest(take);
            else leave();
          }}
          onPointerLeave={leave}
          onFocusOut={leave}
        >
          {indices.map(cell)}
        </ul>
        {total || wall.asking ? null : nothing}
      </div>
      {waiting ? (
        <button
          type="button"
          class="rk-button rk-wall-new"
          onClick={() => {
            release();
            box.current?.scrollTo({ top: 0 });
          }}
        >
          {waiting === 1 ? "1 new take" : `${waiting} new takes`}
        </button>
      ) : null}
    </div>
  );
}
