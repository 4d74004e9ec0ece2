import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../store";
import { Poster } from "./Poster";
import type { Session } from "./session";

/**
 * The takes so far, newest first, each a button with its poster.
 *
 * One stop for the Tab key; the arrows, Home and End go from take to take.
 */
export function Strip({ session }: { session: Session }) {
  const { takes, open, unseen } = useStore(session.state);
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const stop = takes.find((take) => take.id === (current ?? open?.take)) ?? takes[0];

  // The open take is in sight, within the strip; the page itself stays where it is.
  useLayoutEffect(() => {
    const strip = list.current;
    const box = strip?.querySelector("[aria-current=true]")?.getBoundingClientRect();
    if (!strip || !box) return;
    const { left, right } = strip.getBoundingClientRect();
    if (box.left < left || box.right > right) strip.scrollLeft += (box.left + box.right - left - right) / 2;
  }, [open?.take]);

  function onKeyDown(event: KeyboardEvent): void {
    const place = takes.findIndex((take) => take.id === stop?.id);
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: takes.length - 1 }[event.key];
    const take = next === undefined ? undefined : takes[next];
    if (!take) return;
    event.preventDefault();
    setCurrent(take.id);
    list.current?.querySelector<HTMLButtonElement>(`li:nth-child(${(next ?? 0) + 1}) button`)?.focus();
  }

  return (
    <div class="rk-section rk-takes">
      <div class="rk-takes-head">
        <h3 class="rk-heading">Takes</h3>
        <span class="rk-small rk-dim">{takes.length === 60 ? "the newest 60" : takes.length}</span>
      </div>
      <ul class="rk-strip" ref={list} aria-label="Takes" onKeyDown={onKeyDown}>
        {takes.map((take) => (
          <li key={take.id}>
            <Poster
              session={session}
              take={take}
              open={take.id === open?.take}
              unseen={unseen.has(take.id)}
              tabStop={take.id === stop?.id}
              onFocus={() => setCurrent(take.id)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
