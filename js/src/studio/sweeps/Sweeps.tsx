import { useState } from "preact/hooks";
import { Timeline } from "../../compare/Timeline";
import { deckKey, useDeck } from "../../compare/useDeck";
import type { Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Bar } from "../../view/Bar";
import { Notice } from "../../view/Notice";
import { canBeSelected } from "../model/selecting";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { controlSweep } from "../model/sweeping";
import { SweepGrid } from "./SweepGrid";

/** The sweeps, newest first, each a grid of positions that fill. */
export function Sweeps({ session }: { session: Session }) {
  const { sweeps } = useStore(session.state);
  return (
    <>
      {sweeps.map((sweep) => (
        <SweepSection key={sweep.id} session={session} sweep={sweep} />
      ))}
    </>
  );
}

function SweepSection({ session, sweep }: { session: Session; sweep: Sweep }) {
  const state = useStore(session.state);
  const offline = state.liveness === "gone";
  const deck = useDeck();
  const [wanted, setWanted] = useState(false);
  const takes = sweep.positions.flatMap(
    (position) => (position.state === "kept" && takeById(state, position.job ?? undefined)) || [],
  );
  const pictured = takes.filter(canBeSelected);
  const compared = wanted && pictured.length > 1;
  const moving = compared && pictured.some((take) => take.kind === "video");
  const press = (what: "pause" | "resume" | "cancel" | "dismiss") => () =>
    offline || controlSweep(session, sweep, what);
  const errors = [...new Set(sweep.positions.flatMap((position) => position.error ?? []))];
  const { done, cancelled, paused } = sweep;
  return (
    <article
      class={`rk-section rk-sweep${compared ? " rk-sweep-compared" : ""}`}
      aria-label="Variations"
      onKeyDown={(event) => moving && deckKey(deck, event)}
    >
      <div class="rk-sweep-head">
        <h3 class="rk-heading">Variations</h3>
        <span class="rk-small rk-dim rk-sweep-words">
          {sweep.title} · {sweep.words}
        </span>
        <div class="rk-sweep-actions">
          {pictured.length > 1 ? (
            <button
              type="button"
              class="rk-button"
              aria-pressed={compared}
              title="Play all in step"
              onClick={() => setWanted(!wanted)}
            >
              Compare
              <span class="rk-unseen"> all variations</span>
            </button>
          ) : null}
          {done || cancelled ? null : (
            <button
              type="button"
              class="rk-button"
              aria-disabled={offline}
              onClick={press(paused ? "resume" : "pause")}
            >
              {paused ? "Resume" : "Pause"}
              <span class="rk-unseen"> the variations</span>
            </button>
          )}
          <button
            key={done}
            type="button"
            class="rk-button"
            aria-disabled={offline || (cancelled && !done)}
            onClick={cancelled && !done ? undefined : press(done ? "dismiss" : "cancel")}
          >
            {done ? "Dismiss" : cancelled ? "Cancelling" : "Cancel"}
            <span class="rk-unseen"> the variations</span>
          </button>
        </div>
      </div>
      {done ? null : (
        <Bar
          label="Progress of the variations"
          done={sweep.finished / sweep.positions.length}
          of={sweep.positions.length}
          words={sweep.words}
        />
      )}
      {sweep.note ? <Notice tone="problem">{sweep.note}</Notice> : null}
      <SweepGrid session={session} sweep={sweep} takes={pictured} deck={compared ? deck : null} />
      {moving ? <Timeline deck={deck} /> : null}
      {errors.map((error) => (
        <div key={error} class="rk-small rk-sweep-error">
          {error}
        </div>
      ))}
    </article>
  );
}
