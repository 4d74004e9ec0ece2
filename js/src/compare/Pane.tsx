import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Take } from "../protocol";
import { useStore } from "../store";
import type { Session } from "../studio/session";
import { recall, star } from "../studio/takes";
import { Icon } from "../view/Icon";
import type { Deck } from "./deck";
import { FilmView } from "./FilmView";
import type { Fact } from "./facts";

export interface PaneProps {
  session: Session;
  take: Take;
  /** From 0; its key is one more. */
  place: number;
  deck: Deck;
  heard: boolean;
  onHear: () => void;
  /** The settings that differ, with the values of all. */
  facts: readonly Fact[];
  /** Its prompt. */
  children: ComponentChildren;
}

/** One take of a comparison: its picture, what is different about it, and what can be done with it. */
export function Pane({ session, take, place, deck, heard, onHear, facts, children }: PaneProps) {
  const offline = useStore(session.state).liveness === "gone";
  const [busy, setBusy] = useState(false);
  const run = (action: () => Promise<void>) => async () => {
    if (busy) return;
    setBusy(true);
    await action();
    setBusy(false);
  };
  const number = place + 1;
  return (
    <article class="rk-pane-take" aria-label={`Take ${number}`}>
      <div class="rk-pane-screen">
        <FilmView session={session} take={take} deck={deck} heard={heard} />
        <span class="rk-number" aria-hidden="true">
          {number}
        </span>
        {take.has_audio ? (
          <button
            type="button"
            class="rk-sound"
            aria-pressed={heard}
            aria-label={`Sound of take ${number}`}
            title={heard ? "Its sound is heard" : "Hear its sound"}
            onClick={onHear}
          >
            <Icon name={heard ? "sound" : "mute"} />
          </button>
        ) : null}
      </div>
      {children ? <div class="rk-player-prompt">{children}</div> : null}
      {facts.length ? (
        <dl class="rk-facts rk-small" aria-label="What differs">
          {facts.map(({ name, values }) => (
            <div key={name}>
              <dt class="rk-dim">{name}</dt>
              <dd>{values[place] || "unknown"}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <div class="rk-player-actions">
        <button
          type="button"
          class="rk-button rk-star"
          title={`This one is better: it gets a star (${number})`}
          aria-keyshortcuts={String(number)}
          aria-pressed={take.starred}
          disabled={offline}
          onClick={run(() => star(session, take))}
        >
          <Icon name="star" />
          Better
        </button>
        <button
          type="button"
          class="rk-button"
          title="Put its prompt, images and settings into the form"
          disabled={offline}
          onClick={run(() => recall(session, take, { seed: true }))}
        >
          Use again
        </button>
      </div>
    </article>
  );
}
