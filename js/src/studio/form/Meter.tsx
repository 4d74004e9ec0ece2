import { useState } from "preact/hooks";
import type { PlannedRequest } from "../../kernel/protocol";
import { useStore } from "../../store";
import { leaveOut } from "../model/drafts";
import { readable, standing } from "../model/planning";
import type { Session } from "../model/session";
import { stepped } from "./stepped";

/** Up to so many requests have a square on one line, and up to so many a small one on two; more are parts of a bar. */
const SQUARES = 8;
const SMALL = 24;
/** Up to so many parts of the bar are set apart. */
const APART = 48;

const STATES = { new: "new", running: "being made", made: "already made" };

/** What Generate would make, a square for each request: pointing at one says which, a click leaves it out. */
export function Meter({ session, id }: { session: Session; id: string }) {
  const state = useStore(session.state);
  const [at, setAt] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const { plan, draft } = state;
  const requests = readable(plan)?.requests ?? [];
  const isOut = ({ key }: PlannedRequest) => draft.leftOut?.includes(key) ?? false;
  const several = requests.length > 1;
  const size =
    requests.length <= SQUARES
      ? ""
      : requests.length <= SMALL
        ? " rk-meter-small"
        : requests.length <= APART
          ? " rk-meter-bar rk-meter-apart"
          : " rk-meter-bar";
  const told = pointed === null ? undefined : requests[pointed];
  const tabStop = Math.min(at, requests.length - 1);
  const counts = standing(state);

  return (
    <div class="rk-meter-line rk-small">
      {several ? (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would take a place of its own
        <div
          class={`rk-meter${size}`}
          role="group"
          aria-label="What Generate makes. Uncheck what to leave out"
          onPointerLeave={() => setPointed(null)}
          onFocusOut={() => setPointed(null)}
        >
          {requests.map((one, place) => (
            // biome-ignore lint/a11y/useSemanticElements: a native box cannot be drawn as this square everywhere
            <button
              key={one.key}
              type="button"
              role="checkbox"
              class={`rk-square rk-square-${one.state}`}
              aria-checked={!isOut(one)}
              aria-label={`${one.words}: ${STATES[one.state]}`}
              tabIndex={place === tabStop ? 0 : -1}
              onPointerEnter={() => setPointed(place)}
              onFocus={() => {
                setAt(place);
                setPointed(place);
              }}
              onKeyDown={(event) => stepped(event, requests.length, place)}
              onClick={() => leaveOut(session, one.key)}
            />
          ))}
        </div>
      ) : requests.length ? (
        <span class="rk-meter" aria-hidden="true">
          <i class={`rk-square rk-square-${requests[0]?.state}`} />
        </span>
      ) : null}
      {/* Other words are other elements: as they stand at the end of the line, the same one would jump. */}
      <span id={id} class="rk-meter-words" key={counts.map(({ words }) => words).join()}>
        {counts.map(({ words, strong }, place) => (
          <span key={words}>
            {place ? ", " : ""}
            {strong ? <b>{words}</b> : words}
          </span>
        ))}
      </span>
      {told && several ? (
        <span class="rk-meter-tip" aria-hidden="true">
          <b>{told.words}</b>
          <span>
            {isOut(told) ? "left out" : STATES[told.state]} · click to{" "}
            {isOut(told) ? "include it" : "leave it out"}
          </span>
        </span>
      ) : null}
    </div>
  );
}
