import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { isModified } from "../../hooks/keys";
import { isCalm } from "../../hooks/motion";
import { Icon } from "../../view/Icon";
import type { Session } from "../model/session";
import type { Known } from "./known";
import { linksOf } from "./links";
import { StepCard } from "./StepCard";

/** Where keys lead from a card, of so many. */
const KEYS: { [key: string]: (at: number, count: number) => number } = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};
/** Pixels of the cards beside it that stay in sight with the open one. */
const BESIDE = 48;

/** The cards in a row that scrolls by itself. One stop for the Tab key; arrows go from card to card. */
export function Steps({ session, chain }: { session: Session; chain: Known }) {
  const { steps, more } = chain;
  const row = useRef<HTMLOListElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [hidden, setHidden] = useState({ before: false, behind: false });
  const links = useMemo(() => linksOf(steps), [steps]);
  const open = steps.findIndex((step) => step.open);
  const at = steps.findIndex(({ id }) => id === current);
  const stop = at >= 0 ? at : Math.max(0, open);

  function measure(): void {
    const { scrollLeft = 0, scrollWidth = 0, clientWidth = 0 } = row.current ?? {};
    const [before, behind] = [scrollLeft > 1, scrollLeft + clientWidth < scrollWidth - 1];
    setHidden((was) => (was.before === before && was.behind === behind ? was : { before, behind }));
  }

  // In a row of another width it is looked for anew.
  const opened = useRef(open);
  opened.current = open;
  useEffect(() => {
    if (!row.current) return;
    const observer = new ResizeObserver(() => {
      show(opened.current, false);
      measure();
    });
    observer.observe(row.current);
    return () => observer.disconnect();
  }, []);
  useEffect(measure, [steps]);

  // Not by the browser's own way: it would scroll the page, too.
  const drawn = useRef(false);
  useLayoutEffect(() => {
    show(open, drawn.current);
    drawn.current = true;
  }, [steps[open]?.id, open]);

  function show(place: number, smooth = true): void {
    const card = row.current?.querySelectorAll<HTMLElement>(".rk-step")[place];
    // One that is not drawn has no width, and keeps its place.
    if (!card || !row.current?.clientWidth) return;
    const { scrollLeft, clientWidth } = row.current;
    const first = card.offsetLeft - BESIDE;
    const last = card.offsetLeft + card.offsetWidth + BESIDE - clientWidth;
    const left = scrollLeft > first ? first : scrollLeft < last ? Math.min(first, last) : scrollLeft;
    scroll(left, smooth);
  }

  function scroll(left: number, smooth = true): void {
    row.current?.scrollTo({ left, behavior: smooth && !isCalm() ? "smooth" : "instant" });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const lead = KEYS[event.key];
    if (!lead || isModified(event)) return;
    event.preventDefault();
    const next = lead(stop, steps.length);
    const card = row.current?.querySelectorAll<HTMLElement>(".rk-step-card")[next];
    card?.focus({ preventScroll: true });
    show(next);
  }

  const paddle = (way: -1 | 1) => (
    // Who has no wheel for it, and no arrow keys, scrolls by these.
    <button
      type="button"
      class={`rk-chain-paddle ${way < 0 ? "rk-chain-back" : "rk-chain-forward"}`}
      tabIndex={-1}
      aria-hidden="true"
      onClick={() => scroll((row.current?.scrollLeft ?? 0) + way * 0.8 * (row.current?.clientWidth ?? 0))}
    >
      <Icon name="chevron" />
    </button>
  );
  return (
    <>
      <ol
        class="rk-steps"
        aria-label="Steps"
        ref={row}
        tabIndex={-1}
        onScroll={measure}
        onKeyDown={onKeyDown}
      >
        {steps.map((step, place) => (
          <StepCard
            key={step.id}
            session={session}
            step={step}
            link={links[place] ?? null}
            tabStop={place === stop}
            onFocus={() => setCurrent(step.id)}
          />
        ))}
        {more ? <li class="rk-steps-more rk-small rk-dim">and {more} more</li> : null}
      </ol>
      {hidden.before ? paddle(-1) : null}
      {hidden.behind ? paddle(1) : null}
    </>
  );
}
