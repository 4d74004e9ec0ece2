import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { NBSP, reason } from "../format";
import type { CompareValue, Take } from "../kernel/protocol";
import { clearSelected } from "../studio/model/selecting";
import type { Session } from "../studio/model/session";
import { pin } from "../studio/wall/opinions";
import { AsCell } from "../view/Copied";
import { cellOf, ratioOf } from "./cell";
import { Marked } from "./Marked";
import { Pane } from "./Pane";
import { PaneScreen } from "./PaneScreen";
import { Timeline } from "./Timeline";
import { deckKey, useDeck } from "./useDeck";

/** Two to four takes side by side, played in step, with what differs between them. */
export function Comparison({ session, takes }: { session: Session; takes: readonly Take[] }) {
  const ids = takes.map((take) => take.id);
  const [told, setTold] = useState<{ of: string; value?: CompareValue; problem?: string } | null>(null);
  const deck = useDeck();
  const [heard, setHeard] = useState<string | null>(null);
  useLayoutEffect(() => deck.hear(heard), [deck, heard]);
  const of = ids.join();
  useEffect(() => {
    let here = true;
    session.connection.request("compare", { takes: ids }).then(
      ({ value }) => here && setTold({ of, value }),
      (error) => here && setTold({ of, problem: reason(error) }),
    );
    return () => {
      here = false;
    };
  }, [of]);
  const now = told?.of === of ? told.value : undefined;
  const onePrompt = takes.every(({ prompt }) => prompt === takes[0]?.prompt);
  const shared = [...(onePrompt ? ["the prompt"] : []), ...(now?.shared ?? [])].join(" · ");
  const moving = takes.some((take) => take.kind === "video");
  const ratio = ratioOf(takes);
  const panes = {
    class: `rk-panes rk-panes-${takes.length}${ratio < 0.8 ? " rk-panes-tall" : ""}`,
    style: { "--rk-ratio": ratio },
  };

  function onKeyDown(event: KeyboardEvent): void {
    if (moving && deckKey(deck, event)) return;
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || target.matches("textarea")) return;
    const better = /^[1-4]$/.test(event.key) ? takes[Number(event.key) - 1] : undefined;
    if (better && session.state.get().liveness !== "gone") void pin(session, better);
    else if (event.key === "Escape") clearSelected(session);
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
      <div class="rk-takes-head">
        <h3 class="rk-heading">Side by side</h3>
        <span class="rk-small rk-dim rk-compare-keys">Space play · ← → step · 1–{takes.length} pick</span>
        <button type="button" class="rk-quiet rk-compare-close" onClick={() => clearSelected(session)}>
          Close
        </button>
      </div>
      <div {...panes}>
        {takes.map((take, index) => (
          <PaneScreen
            key={take.id}
            session={session}
            take={take}
            number={index + 1}
            deck={deck}
            heard={take.id === heard}
            onHear={() => setHeard(take.id === heard ? null : take.id)}
          />
        ))}
      </div>
      {moving ? <Timeline deck={deck} /> : null}
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
        <AsCell
          title="A cell that leaves this comparison in the notebook, to stay"
          text={cellOf(takes)}
          said={(words) => session.state.set({ said: words })}
        />
      </div>
    </section>
  );
}
