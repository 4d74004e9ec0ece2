import { useStore } from "../../store";
import type { Session } from "../model/session";
import { chosenEndpoint } from "../model/state";

const WORDS = {
  video: "Your video plays here",
  image: "Your image appears here",
  audio: "Your sound plays here",
};

/** The place for what will be made, in the size that it will have. */
export function EmptyStage({ session }: { session: Session }) {
  const state = useStore(session.state);
  const output = chosenEndpoint(state)?.output;
  return (
    <div class="rk-section">
      <div class="rk-stage-box rk-stage-empty">
        <span>{WORDS[output as keyof typeof WORDS] ?? WORDS.video}</span>
        {state.counts.all ? <span class="rk-small">Or open a take below.</span> : null}
      </div>
      <div class="rk-stage-foot" />
    </div>
  );
}
