import { usePicture } from "../../view/usePicture";
import { sendSample } from "../model/images";
import type { Session } from "../model/session";

/** A photograph to try the first prompt on. */
export function Sample(props: { session: Session; slot: string; offline: boolean }) {
  const { session, slot, offline } = props;
  const picture = usePicture(session.previews, "sample");
  return (
    <button
      type="button"
      class="rk-button rk-sample"
      disabled={offline}
      onClick={() => sendSample(session, slot)}
    >
      <span class="rk-sample-picture" style={picture ? { backgroundImage: `url(${picture})` } : undefined} />
      Try a sample photo
    </button>
  );
}
