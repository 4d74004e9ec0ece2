import { useEffect, useRef, useState } from "preact/hooks";
import type { Take } from "../../protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import type { Session } from "../session";
import { annotate, HIGHEST, rate } from "./opinions";

/** Milliseconds without a key after which a note is kept. */
const PAUSE = 800;

/** What a person thinks of a take: a rating, and a note that is kept as it is written. */
export function Opinion({ session, take }: { session: Session; take: Take }) {
  const offline = useStore(session.state).liveness === "gone";
  return (
    <div class="rk-opinion">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a line in every browser */}
      <div class="rk-rating" role="group" aria-label="Rating">
        {Array.from({ length: HIGHEST }, (_, place) => place + 1).map((rating) => (
          <button
            key={rating}
            type="button"
            class="rk-quiet"
            aria-label={`Rate ${rating} of ${HIGHEST}`}
            aria-pressed={take.rating >= rating}
            title={take.rating === rating ? "Take the rating away" : `Rate it ${rating} of ${HIGHEST}`}
            disabled={offline}
            onClick={() => rate(session, take, take.rating === rating ? 0 : rating)}
          >
            <Icon name="star" />
          </button>
        ))}
      </div>
      <Note session={session} take={take} offline={offline} />
    </div>
  );
}

function Note({ session, take, offline }: { session: Session; take: Take; offline: boolean }) {
  const [typed, setTyped] = useState<string | null>(null);
  const keep = () => {
    if (typed !== null && typed.trim() !== take.note) void annotate(session, take, typed.trim());
  };
  const latest = useRef(keep);
  latest.current = keep;
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => latest.current(), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  // What was typed is what is kept: from now on the field follows the take again.
  useEffect(() => setTyped((now) => (now?.trim() === take.note ? null : now)), [take.note]);
  // Another take is opened: what was written to this one is kept.
  useEffect(() => () => latest.current(), []);
  return (
    <textarea
      class="rk-note"
      aria-label="Note"
      placeholder="Add a note"
      rows={1}
      maxLength={2000}
      readOnly={offline}
      value={typed ?? take.note}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onBlur={keep}
    />
  );
}
