import { useStore } from "../../store";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";
import { canMake, noneFor, OUTPUTS, type Output, outputOf } from "./pick";
import { turn } from "./turning";

/** What to make, in four words: radio buttons, so that the arrow keys go from one to the next. */
export function OutputChoice({ session }: { session: Session }) {
  const state = useStore(session.state);
  const id = useId();
  const chosen = outputOf(state);
  return (
    <div class="rk-outputs" role="radiogroup" aria-label="What to make">
      {(Object.keys(OUTPUTS) as Output[]).map((output) => {
        const there = canMake(state, output);
        return (
          <label
            key={output}
            class={there ? "rk-output" : "rk-output rk-output-none"}
            title={there ? undefined : noneFor(output)}
          >
            <input
              type="radio"
              class="rk-unseen"
              name={`${id}output`}
              checked={output === chosen}
              aria-disabled={!there}
              onChange={(event) => {
                turn(session, output);
                // One that cannot be made says why, and is not chosen.
                event.currentTarget.checked = outputOf(session.state.get()) === output;
              }}
            />
            {OUTPUTS[output]}
          </label>
        );
      })}
    </div>
  );
}
