import { useStore } from "../../store";
import { Ideas } from "../first/Ideas";
import { aspectOf, ratioOf } from "../model/framing";
import type { Session } from "../model/session";
import { chosenEndpoint, type StudioState } from "../model/state";
import { DropStage, slotOnStage } from "./DropStage";
import { StageBox, StageFoot } from "./StageBox";

const WORDS = {
  video: "Your video plays here",
  image: "Your image appears here",
  audio: "Your sound plays here",
};

/** The place for what will be made, in the size that it will have. */
export function EmptyStage({ session }: { session: Session }) {
  const state = useStore(session.state);
  const output = chosenEndpoint(state)?.output;
  const slot = slotOnStage(state);
  return (
    <div class="rk-section">
      <StageBox tall={isTall(state)} sound={output === "audio"} empty>
        {slot ? (
          <DropStage session={session} slot={slot} />
        ) : (
          <span>{WORDS[output as keyof typeof WORDS] ?? WORDS.video}</span>
        )}
        {state.counts.all ? <span class="rk-small">Or open a take below.</span> : null}
      </StageBox>
      <StageFoot output={output}>
        <Ideas session={session} />
      </StageFoot>
    </div>
  );
}

/** Whether what the form asks for will be higher than wide. */
function isTall(state: StudioState): boolean {
  const endpoint = chosenEndpoint(state);
  const image = state.images.find((one) => one.slot === endpoint?.images[0]?.slot);
  const asked = endpoint && ratioOf(aspectOf(endpoint, state.draft.wanted));
  return (asked ?? (image?.width && image.height ? image.width / image.height : 1)) < 1;
}
