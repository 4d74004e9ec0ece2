import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Deck } from "../../compare/deck";
import { deckKey } from "../../compare/deck-keys";
import { reasonsOf, type Steer, Steering, SweepBar } from "../../job/sweep";
import { kindOf } from "../../kernel/kind-of";
import type { Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { Notice } from "../../view/Notice";
import { added, JudgeButton, late } from "../late/late";
import { canBeCompared } from "../model/selecting";
import type { Session } from "../model/session";
import { controlSweep, fold, lacking, takesOf, titleOf } from "../model/sweeping";
import { SweepGrid } from "./SweepGrid";

const InStep = late((parts) => parts.InStep);
const Folding = added((parts) => parts.Folding);
const HeatHead = added((parts) => parts.HeatHead);

/** Reasons that are written out; the others are read at their positions. */
const MOST_REASONS = 3;

/** A sweep that is worked on: its head, which stays in sight while the grid is, and the grid. */
export function SweepSection({ session, sweep }: { session: Session; sweep: Sweep }) {
  const state = useStore(session.state);
  const offline = state.liveness === "gone";
  const [deck, setDeck] = useState<Deck | null>(null);
  const [wanted, setWanted] = useState(false);
  const takes = useMemo(
    () => takesOf(state, sweep).filter(canBeCompared),
    [state.takes, state.wall.known, sweep],
  );
  const playable = takes.length > 1;
  const inStep = wanted && playable;
  const moving = takes.some((take) => kindOf(take.kind).has_frames);
  // What is switched on plays, without another press.
  useEffect(() => {
    if (deck && moving) deck.play();
  }, [deck]);
  const section = useRef<HTMLElement>(null);
  const steer = (what: Steer) => controlSweep(session, sweep, what);
  const again = lacking(sweep, state.service.sandbox);
  return (
    <article
      ref={section}
      class={`rk-section rk-sweep${inStep ? " rk-sweep-playing" : ""}`}
      aria-label={titleOf(sweep)}
      onKeyDown={(event) => deck && moving && !event.defaultPrevented && deckKey(deck, event)}
    >
      <div class="rk-sweep-head">
        <h3 class="rk-heading">{titleOf(sweep)}</h3>
        <span class="rk-small rk-dim rk-sweep-words">
          {sweep.title} · {sweep.words}
        </span>
        <HeatHead session={session} sweep={sweep} />
        <div class="rk-sweep-actions">
          <JudgeButton session={session} takes={takesOf(state, sweep)} />
          {playable ? (
            <button
              type="button"
              class="rk-button"
              aria-pressed={inStep}
              title={moving ? "Play all variations in step, on one timeline" : "Show all variations whole"}
              onClick={() => setWanted(!wanted)}
            >
              <Icon name="play" />
              {moving ? "Play in step" : "Compare"}
            </button>
          ) : null}
          {again ? (
            <button
              type="button"
              class="rk-button"
              title={again.charge}
              aria-disabled={offline}
              onClick={() => offline || steer("retry")}
            >
              {again.button}
            </button>
          ) : null}
          <Steering sweep={sweep} offline={offline} steer={steer} />
          {sweep.done ? (
            <button key="fold" type="button" class="rk-button" onClick={() => fold(session, sweep)}>
              {sweep.positions.some((position) => position.state === "kept") ? "Fold" : "Dismiss"}
              <span class="rk-unseen"> the variations</span>
            </button>
          ) : null}
        </div>
        <SweepBar sweep={sweep} />
        {inStep ? <InStep {...{ session, moving }} onDeck={setDeck} /> : null}
      </div>
      {sweep.note ? <Notice tone="problem">{sweep.note}</Notice> : null}
      <SweepGrid
        session={session}
        sweep={sweep}
        takes={takes}
        open={state.selected.length > 1 ? undefined : state.open?.take}
        deck={deck}
      />
      <Folding {...{ session, sweep, section }} playing={inStep} />
      {again ? <Reasons sweep={sweep} charge={again.charge} /> : null}
    </article>
  );
}

/** Why something is lacking, each reason once, and what it costs to ask again. */
function Reasons({ sweep, charge }: { sweep: Sweep; charge: string }) {
  const reasons = reasonsOf(sweep);
  const others = reasons.length - MOST_REASONS;
  return (
    <div class="rk-small rk-sweep-reasons">
      {reasons.slice(0, MOST_REASONS).map((reason) => (
        <div key={reason} class="rk-sweep-error">
          {reason}
        </div>
      ))}
      <div class="rk-dim">
        {others > 0 ? `${others} more: open a position to read why. ` : ""}
        {charge}
      </div>
    </div>
  );
}
