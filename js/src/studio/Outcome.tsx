import { useStore } from "../store";
import { Notice } from "../view/Notice";
import { edit, generate } from "./actions";
import { Many } from "./Many";
import type { Session } from "./session";

/** What came of the last Generate or of using a take again, where something is to be said about it. */
export function Outcome({ session }: { session: Session }) {
  const { outcome, sending, liveness } = useStore(session.state);
  if (!outcome) return null;
  if (outcome.kind === "problem") return <Notice tone="problem">{outcome.message}</Notice>;
  if (outcome.kind === "recalled")
    return (
      <Notice
        tone="calm"
        action={
          <button type="button" class="rk-button" onClick={() => edit(session, outcome.before)}>
            Put back what was there
          </button>
        }
      >
        The form is as it was for this take.
      </Notice>
    );
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
      This take is kept already. Nothing was charged.
    </Notice>
  );
}
