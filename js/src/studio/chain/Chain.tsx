import { useStore } from "../../store";
import { late } from "../late/late";
import type { Session } from "../model/session";
import { askedOf } from "./chaining";

// What is about to be there needs no words that then go.
const Steps = late(
  (parts) => parts.Steps,
  (words) => words ?? <NoSteps silent />,
);

/** What a chain may be made of, and how. */
const STEPS = [
  { title: "Image", words: "yours, or made" },
  { title: "Edit", words: "change it in words" },
  { title: "Shot", words: "animate, go on" },
  { title: "Voice", words: "put a sound under" },
];

/** The steps from the first image on, across the top. As high with nothing in it, so that nothing moves. */
export function Chain({ session }: { session: Session }) {
  const { chain } = useStore(session.state);
  return (
    <nav class="rk-pane rk-chain" aria-label="Chain">
      {chain?.steps.length ? (
        <Steps session={session} chain={chain} />
      ) : (
        // What is about to be there needs no words that then go.
        <NoSteps silent={chain === null && askedOf(session.state.get()) !== null} />
      )}
    </nav>
  );
}

function NoSteps({ silent }: { silent: boolean }) {
  return (
    <div class="rk-no-steps rk-small">
      {STEPS.map(({ title, words }) => (
        <div key={title} class="rk-no-step" aria-hidden="true">
          {silent ? null : (
            <>
              <b>{title}</b>
              <span>{words}</span>
            </>
          )}
        </div>
      ))}
      <span class="rk-no-steps-words rk-dim">{silent ? "" : "Each step you make appears here."}</span>
    </div>
  );
}
