import type { ImageSlot } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { SLOT_ATTRIBUTE } from "../images/file-entry";
import { Sample } from "../images/Sample";
import type { Session } from "../model/session";

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
