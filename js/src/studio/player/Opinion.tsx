import { useEffect } from "preact/hooks";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import type { Session } from "../model/session";
import { HIGHEST, rate } from "../wall/opinions";

/** A person's rating of a take, in stars. */
export function Rating({ session, take }: { session: Session; take: Take }) {
  const offline = useStore(session.state).liveness === "gone";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a line in every browser
    <div class="rk-rating" role="group" aria-label="Rating">
      {Array.from({ length: HIGHEST }, (_, index) => index + 1).map((rating) => (
        <button
          key={rating}
          type="button"
          class="rk-quiet"
          aria-label={`Rate ${rating} of ${HIGHEST}`}
          aria-pressed={take.rating >= rating}
          title={take.rating === rating ? "Clear rating" : `Rate it ${rating} of ${HIGHEST}`}
          disabled={offline}
          onClick={() => rate(session, take, take.rating === rating ? 0 : rating)}
        >
          <Icon name="star" />
        </button>
      ))}
    </div>
  );
}

/** A person's note on a take, saved while they type. */
export function Note({ session, take }: { session: Session; take: Take }) {
  const { notes, liveness } = useStore(session.state);
  const draft = notes[take.id];
  const offline = liveness === "gone";
  const leave = () => session.notes.leave(take.id);
  // Another take is opened, or the view goes away.
  useEffect(() => leave, [session, take.id]);
  return (
    <div class="rk-noting">
      <textarea
        class="rk-note"
        aria-label="Note"
        placeholder="Add a note"
        rows={1}
        maxLength={2000}
        readOnly={offline}
        value={draft?.text ?? take.note}
        onInput={(event) => session.notes.write(take.id, event.currentTarget.value)}
        onBlur={leave}
      />
      {draft?.problem ? <div class="rk-small rk-problem">{draft.problem}</div> : null}
    </div>
  );
}
