import type { Endpoint } from "../../kernel/protocol";
import { useStore } from "../../store";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";

/** The image's place for a model that takes none: the image stays in sight for the next model, and is not sent. */
export function NoImage({ session, endpoint }: { session: Session; endpoint: Endpoint }) {
  const { images } = useStore(session.state);
  const image = images.find(({ slot }) => slot === "start");
  const picture = usePicture(session.previews, image?.digest ?? null);
  return (
    <div class="rk-image rk-image-main rk-image-none">
      <div class="rk-picture">
        {picture ? <img src={picture} alt="" draggable={false} /> : null}
        <span class="rk-image-none-words">Text only</span>
      </div>
      <div class="rk-image-words rk-small rk-dim">
        {image ? `${image.name} is not sent.` : `${endpoint.title} takes no image.`}
      </div>
    </div>
  );
}
