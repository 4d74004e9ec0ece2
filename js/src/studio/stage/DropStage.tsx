import type { ImageSlot } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { SLOT_ATTRIBUTE } from "../images/file-entry";
import { Sample } from "../images/Sample";
import type { Session } from "../model/session";
import { isOccupied } from "../model/stage";
import { chosenEndpoint, type StudioState } from "../model/state";

/** The slot that the empty stage takes an image for; undefined where there is one, or none is wanted. */
export function slotOnStage(state: StudioState): ImageSlot | undefined {
  const main = chosenEndpoint(state)?.images[0];
  if (!main || isOccupied(state) || state.images.some(({ slot }) => slot === main.slot)) return undefined;
  const upload = state.uploads[main.slot];
  return upload && !upload.error ? undefined : main;
}

/** What fills the stage until there is an image to begin with: a place to drop one, and a photograph to try. */
export function DropStage({ session, slot }: { session: Session; slot: ImageSlot }) {
  const offline = useStore(session.state).liveness === "gone";
  return (
    <div class="rk-stage-drop" {...{ [SLOT_ATTRIBUTE]: slot.slot }}>
      {/* It reaches over the whole of the stage. The form's own place is the one that brings a file in. */}
      <button
        type="button"
        class="rk-stage-choose"
        disabled={offline}
        onClick={({ currentTarget }) =>
          currentTarget
            .closest(".rk-studio")
            ?.querySelector<HTMLInputElement>(`fieldset[${SLOT_ATTRIBUTE}="${slot.slot}"] [type="file"]`)
            ?.click()
        }
      >
        <Icon name="image" />
        <b>Drop an image here</b>
        <span class="rk-small">paste it, or click to choose a file{slot.required ? "" : "; optional"}</span>
      </button>
      <Sample session={session} slot={slot.slot} offline={offline} />
    </div>
  );
}
