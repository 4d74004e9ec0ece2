import { useStore } from "../../store";
import type { Session } from "../model/session";
import { waiting } from "../model/stage";
import { openTake } from "../model/takes";

/** Says that takes have come in while another is looked at, and shows the newest of them when it is pressed. */
export function NewTakes({ session }: { session: Session }) {
  const state = useStore(session.state);
  const takes = waiting(state);
  const [newest] = takes;
  if (!newest) return null;
  return (
    <button
      type="button"
      class="rk-button rk-stage-new"
      title={newest.prompt}
      onClick={() => openTake(session, newest)}
    >
      {takes.length} new · Show
    </button>
  );
}
