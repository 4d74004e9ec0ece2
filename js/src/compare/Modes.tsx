import type { ComponentChildren } from "preact";
import { useStore } from "../store";
import type { Session } from "../studio/model/session";
import { blink, comparable, look, modeOf } from "./blink";

/** One take, several side by side, or several on one spot; and what else there is to look at. */
export function Modes({ session, children }: { session: Session; children?: ComponentChildren }) {
  const state = useStore(session.state);
  const now = modeOf(state);
  const alone = comparable(state).length < 2;
  const mode = (its: typeof now, words: string, title: string, key?: string) => (
    <button
      type="button"
      class="rk-quiet rk-mode"
      aria-pressed={now === its}
      aria-disabled={alone && its !== "one"}
      aria-keyshortcuts={key}
      title={alone && its !== "one" ? "Open another take first, or select two to compare." : title}
      onClick={() => (its === "blink" ? blink(session) : look(session, its))}
    >
      {words}
      {key ? <kbd class="rk-key">{key}</kbd> : null}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a line in every browser
    <div class="rk-modes rk-small" role="group" aria-label="View">
      {mode("one", "One", "One take alone")}
      {mode("side", "Side by side", "Takes side by side, played in step")}
      {mode("blink", "Blink", "Takes on one spot: flip between them, or drag the line across", "B")}
      {children}
    </div>
  );
}
