import { useState } from "preact/hooks";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import type { Session } from "../model/session";
import { chosenEndpoint, type Draft, type StudioState } from "../model/state";
import { choices, type Output, outputOf } from "../outputs/pick";

/** Where a browser remembers how many of the hints were seen. */
const KEY = "rk-hints";

/** How a form makes several: said one after the other, each until it was used or put away. */
const USED = [
  ({ prompt }: Draft) => prompt.includes("{{"),
  ({ wanted, models }: Draft) => models !== undefined || Object.values(wanted).some(Array.isArray),
];

/** Alternatives to begin with, in the manner of what is written for each output. */
const ALTERNATIVES: { [output in Output]: string } = {
  video: "{{dawn|dusk}}",
  image: "{{dawn|dusk}}",
  audio: "{{Hi|Hello}}",
  boxes: "{{boat|pier}}",
};

/** Says what is otherwise found in the documentation alone; `onTry` writes the alternatives into the prompt. */
export function Hint(props: { session: Session; onTry: (words: string) => void }) {
  const state = useStore(props.session.state);
  const { draft } = state;
  const [, setAway] = useState(0);
  let seen = seenSoFar();
  while (USED[seen]?.(draft)) remember(++seen);
  if (seen >= USED.length || (seen === 1 && !hasList(state))) return null;
  const alternatives = ALTERNATIVES[outputOf(state)];
  return (
    <span class="rk-try rk-dim">
      {seen === 0 ? (
        <span>
          Try{" "}
          <button type="button" class="rk-quiet" title="Insert it" onClick={() => props.onTry(alternatives)}>
            {alternatives}
          </button>{" "}
          for two versions
        </span>
      ) : (
        <span>Pick “Several…” to compare values</span>
      )}
      <button
        type="button"
        class="rk-quiet"
        title="Do not show this again"
        onClick={() => {
          remember(seen + 1);
          setAway(seen + 1);
        }}
      >
        <Icon name="close" />
        <span class="rk-unseen">Put the hint away</span>
      </button>
    </span>
  );
}

/** Whether there is a list with "Several…" in it: of an option, or of models. */
function hasList(state: StudioState): boolean {
  const endpoint = chosenEndpoint(state);
  if (!endpoint) return false;
  const models = choices(state, endpoint).filter(({ task }) => task === endpoint.task);
  return models.length > 1 || endpoint.fields.some(({ kind }) => kind === "choice");
}

/** A browser that forbids its storage is shown no hints, as they would come back each time. */
function seenSoFar(): number {
  try {
    return Number(localStorage.getItem(KEY)) || 0;
  } catch {
    return USED.length;
  }
}

function remember(seen: number): void {
  try {
    localStorage.setItem(KEY, String(seen));
  } catch {
    // As above.
  }
}
