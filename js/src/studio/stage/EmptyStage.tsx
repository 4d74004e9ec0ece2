import { useStore } from "../../store";
import { Ideas } from "../first/Ideas";
import { aspectOf, ratioOf } from "../model/framing";
import type { Session } from "../model/session";
import { chosenEndpoint, type StudioState } from "../model/state";
import { DropStage } from "./DropStage";
import { placeOnStage } from "./place";
import { StageBox, StageFoot } from "./StageBox";

const WORDS = {
  video: "Your video plays here",
  image: "Your image appears here",
  audio: "Your sound plays here",
  boxes: "Your boxes appear here",
};

/** The place for what will be made, in the size that it will have. */
export function EmptyStage({ session }: { session: Session }) {
  const state = useStore(session.state);
  const output = chosenEndpoint(state)?.output;
  const slot = placeOnStage(state);
  return (
    <div class="rk-section rk-empty">
      <StageBox tall={isTall(state)} empty>
        <div class="rk-empty-words">
          <div class="rk-empty-what">
            {slot ? (
              <DropStage session={session} slot={slot} />
            ) : (
              <span>{WORDS[output as keyof typeof WORDS] ?? WORDS.video}</span>
            )}
            {state.counts.all ? <span class="rk-small">Or open a take below.</span> : null}
          </div>
          <Ideas session={session} />
        </div>
      </StageBox>
      <StageFoot output={output} />
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
