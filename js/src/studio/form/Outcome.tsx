import { counted } from "../../format";
import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import { undo } from "../loading/loading";
import { generate } from "../model/actions";
import { edit } from "../model/drafts";
import type { Session } from "../model/session";
import { chosenEndpoint, type Outcome } from "../model/state";
import { manyWords } from "../model/sweeping";

/** Asks once more before so many are made; in the form, where nothing else has to wait for it. */
export function Many(props: { session: Session; outcome: Outcome & { kind: "many" } }) {
  const { session, outcome } = props;
  const state = useStore(session.state);
  const count = counted(outcome.new, chosenEndpoint(state)?.output);
  const idle = state.sending || state.liveness === "gone";
  return (
    <Notice
      tone="question"
      action={
        <>
          <button
            type="button"
            class="rk-button"
            aria-disabled={idle}
            onClick={() => idle || generate(session, outcome.again, outcome.new)}
          >
            Make {count}
          </button>
          <button type="button" class="rk-button" onClick={() => edit(session, {})}>
            Cancel
          </button>
        </>
      }
    >
      {manyWords(state, outcome.new)}
    </Notice>
  );
}

/** What came of the last Generate or of loading something, where something is to be said about it. */
export function OutcomeNotice({ session }: { session: Session }) {
  const { outcome, sending, liveness } = useStore(session.state);
  if (!outcome) return null;
  if (outcome.kind === "problem") return <Notice tone="problem">{outcome.message}</Notice>;
  if (outcome.kind === "told") return <Notice tone="calm">{outcome.message}</Notice>;
  if (outcome.kind === "loaded") {
    const { message, before, undone } = outcome;
    return (
      <Notice
        tone="calm"
        action={
          <button type="button" class="rk-button" onClick={() => undo(session, before, Boolean(undone))}>
            {undone ? "Redo" : "Undo"}
          </button>
        }
      >
        {message}
      </Notice>
    );
  }
  if (outcome.kind === "many") return <Many session={session} outcome={outcome} />;
  return (
    <Notice
      tone="calm"
      action={
        <button
          type="button"
          class="rk-button"
          disabled={sending || liveness === "gone"}
          onClick={() => generate(session, true)}
        >
          Another take
        </button>
      }
    >
      You already have this take. No charge.
    </Notice>
  );
}
