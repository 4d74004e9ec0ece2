import { useRef, useState } from "preact/hooks";
import { isModified } from "../../hooks/keys";
import { byTake, useGoTo } from "../../hooks/useGoTo";
import { namesOf, promptOf } from "../../job/sweep";
import type { Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { showTake } from "../keys/showing";
import { JudgeButton } from "../late/late";
import type { Session } from "../model/session";
import { takesOf, titleOf, unfold } from "../model/sweeping";
import { Poster } from "../wall/Poster";

/** A finished sweep as one row of the wall: its takes in the order of its grid, each under its headings. */
export function SweepRow({ session, sweep, cell }: { session: Session; sweep: Sweep; cell: number }) {
  const state = useStore(session.state);
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const goTo = useGoTo(list);
  const made = takesOf(state, sweep);
  // As on the wall, what is rejected is seen where it is looked for; unfolded, it keeps its place.
  const takes = made.filter(({ verdict }) => verdict !== "rejected");
  const rejected = made.length - takes.length;
  const names = namesOf(sweep);
  const nameOf = (id: string) => names[sweep.positions.findIndex(({ job }) => job === id)] ?? "";
  const has = (id: string | null | undefined) => takes.some((take) => take.id === id);
  const stop = [current, state.open?.take].find(has) ?? takes[0]?.id;

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || isModified(event)) return;
    const at = takes.findIndex(({ id }) => id === stop);
    const last = takes.length - 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    const take = next === undefined ? undefined : takes[next];
    if (!take) return;
    event.preventDefault();
    goTo.current = byTake(take.id);
    setCurrent(take.id);
    showTake(session, take, event.repeat);
  }

  const title = titleOf(sweep);
  const prompt = promptOf(sweep);
  return (
    <section class="rk-row" aria-label={title}>
      <div class="rk-row-head">
        <b>{title}</b>
        <span class="rk-row-words">
          {prompt ? `${prompt} · ` : ""}
          {sweep.rows.length > 1 ? `${sweep.rows.join(", ")} × ` : ""}
          {sweep.columns.join(", ")} · {sweep.title}
          {made.length < names.length ? ` · ${sweep.words}` : ""}
          {rejected ? ` · ${rejected} rejected` : ""}
        </span>
        <JudgeButton look="rk-quiet" {...{ session, takes }} />
        <button type="button" class="rk-quiet" aria-expanded={false} onClick={() => unfold(session, sweep)}>
          Unfold
          <span class="rk-unseen"> {title}</span>
          <Icon name="chevron" />
        </button>
      </div>
      <ul
        class="rk-row-takes"
        ref={list}
        style={{ "--rk-cell": `${cell}px` }}
        data-takes={sweep.id}
        onKeyDown={onKeyDown}
      >
        {takes.map((take) => (
          <li key={take.id} data-take={take.id}>
            <Poster
              {...{ session, take }}
              caption={nameOf(take.id)}
              open={take.id === state.open?.take}
              unseen={state.unseen.has(take.id)}
              tabStop={take.id === stop}
              onFocus={() => setCurrent(take.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
