import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { NBSP, reason } from "../format";
import { useAnswer } from "../hooks/effects";
import { isModified } from "../hooks/keys";
import { JudgeButton } from "../judging/JudgeButton";
import { kindOf } from "../kernel/kind-of";
import type { CompareValue, Take } from "../kernel/protocol";
import { useStore } from "../store";
import type { Session } from "../studio/model/session";
import { SheetButton, SheetTold } from "../studio/selection/Sheet";
import { StageBox } from "../studio/stage/StageBox";
import { AddToCollection } from "../studio/team/AddToCollection";
import { pick } from "../studio/wall/opinions";
import { AsCell } from "../view/Copied";
import { blink, look } from "./blink";
import { cellOf, ratioOf } from "./cell";
import { deckKey } from "./deck-keys";
import { Marked } from "./Marked";
import { Modes } from "./Modes";
import { Pane } from "./Pane";
import { PaneScreen } from "./PaneScreen";
import { Timeline } from "./Timeline";
import { useDeck } from "./useDeck";
import { Wipe } from "./Wipe";

/** Of two takes on one spot, which is seen left of the line and which right of it. */
const SIDES = ["left", "right"] as const;

/** Two to four takes side by side, played in step, with what differs between them. */
export function Comparison({ session, takes }: { session: Session; takes: readonly Take[] }) {
  const ids = takes.map((take) => take.id);
  const [told, setTold] = useState<{ of: string; value?: CompareValue; problem?: string } | null>(null);
  const { blink: flipped, liveness } = useStore(session.state);
  const deck = useDeck(session);
  // The last of them may have been taken out meanwhile.
  const front = flipped === null ? null : Math.min(flipped, takes.length - 1);
  const [line, setLine] = useState<{ of: number; at: number } | null>(null);
  const wipe = line && line.of === front ? line.at : front === 0 ? 100 : 0;
  const [heard, setHeard] = useState<string | null>(null);
  useLayoutEffect(() => deck.hear(heard), [deck, heard]);
  // The next comparison begins side by side.
  useEffect(() => () => session.state.set({ blink: null }), [session]);
  const of = ids.join();
  useAnswer(
    () => session.connection.request("compare", { takes: ids }),
    [of],
    ({ value }) => setTold({ of, value }),
    (error) => setTold({ of, problem: reason(error) }),
  );
  const now = told?.of === of ? told.value : undefined;
  const onePrompt = takes.every(({ prompt }) => prompt === takes[0]?.prompt);
  const shared = [...(onePrompt ? ["the prompt"] : []), ...(now?.shared ?? [])].join(" · ");
  const moving = takes.some((take) => kindOf(take.kind).has_frames);
  const ratio = ratioOf(takes);
  const panes = {
    class: `rk-panes rk-panes-${takes.length}${ratio < 0.8 ? " rk-panes-tall" : ""}`,
    style: { "--rk-ratio": ratio },
  };

  function onKeyDown(event: KeyboardEvent): void {
    if (moving && deckKey(deck, event)) return;
    const target = event.target as HTMLElement;
    if (isModified(event) || event.repeat || target.matches("textarea")) return;
    const picked = /^[1-4]$/.test(event.key) ? takes[Number(event.key) - 1] : undefined;
    if (picked && liveness !== "gone") void pick(session, picked);
    else if (event.key === "b" || event.key === "B") blink(session);
    else if (event.key === "Escape") look(session, "one");
    else return;
    event.preventDefault();
  }

  return (
    <section
      class="rk-section rk-compare"
      aria-label={`Comparing ${takes.length} takes`}
      // Takes the focus of a click on a picture, so that the keys arrive here.
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {/* As high as one take and what is said of it, so that nothing below moves. */}
      <div class="rk-compare-room">
        <StageBox tall={ratio < 1}>{null}</StageBox>
        <div class="rk-stage-foot" />
      </div>
      <div class="rk-compare-body">
        <div
          {...(front === null
            ? { ...panes, class: `${panes.class} rk-panes-screen` }
            : { class: "rk-stage-box rk-blink", style: { "--rk-wipe": `${wipe}%` } })}
        >
          {takes.map((take, index) => (
            <PaneScreen
              key={take.id}
              session={session}
              take={take}
              number={index + 1}
              deck={deck}
              heard={take.id === heard}
              onHear={() => setHeard(take.id === heard ? null : take.id)}
              side={
                front === null ? null : takes.length === 2 ? SIDES[index] : index === front ? "all" : "none"
              }
            />
          ))}
          {front !== null && takes.length === 2 ? (
            <Wipe at={wipe} onMove={(at) => setLine({ of: front, at })} />
          ) : null}
        </div>
        {moving ? <Timeline deck={deck} /> : null}
        <div class="rk-player-end">
          <Modes session={session} />
          <span class="rk-small rk-dim rk-compare-keys">
            {moving ? "Space play · ← → step · " : ""}1–{takes.length} pick
          </span>
          <JudgeButton {...{ session, takes }} />
          <AddToCollection key={of} {...{ session, takes }} />
        </div>
        <div {...panes}>
          {takes.map((take, index) => (
            <Pane key={take.id} session={session} take={take} index={index} facts={now?.differing ?? []}>
              {onePrompt ? null : (
                <Marked pieces={now?.prompts[index] ?? [{ text: take.prompt, differs: false }]} />
              )}
            </Pane>
          ))}
        </div>
        <div class="rk-compare-foot">
          <div class="rk-player-facts">
            {onePrompt ? <div class="rk-player-prompt">{takes[0]?.prompt}</div> : null}
            <div class="rk-small rk-dim">
              {told?.of !== of
                ? NBSP
                : (told.problem ?? (shared ? `In common: ${shared}` : "Nothing in common."))}
            </div>
          </div>
          <div class="rk-compare-ways">
            <SheetButton {...{ session, takes }} />
            <AsCell
              title="A cell that keeps this comparison in the notebook"
              text={cellOf(takes)}
              said={(words) => session.state.set({ said: words })}
            />
          </div>
        </div>
        <SheetTold {...{ session, takes }} />
      </div>
    </section>
  );
}
