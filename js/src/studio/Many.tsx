import { useStore } from "../store";
import { Notice } from "../view/Notice";
import { counted } from "../words";
import { edit, generate } from "./actions";
import type { Session } from "./session";
import { chosenEndpoint, type Outcome } from "./state";

/** Asks once more before so many are made; in the form, where nothing else has to wait for it. */
export function Many(props: { session: Session; outcome: Outcome & { kind: "many" } }) {
  const { session, outcome } = props;
  const state = useStore(session.state);
  const count = counted(outcome.new, chosenEndpoint(state)?.output ?? "video");
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
            Not now
          </button>
        </>
      }
    >
      This makes {outcome.new} new ones
      {state.service.sandbox ? ". In the sandbox nothing is charged." : ", and each of them is charged."}
    </Notice>
  );
}
