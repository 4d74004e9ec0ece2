import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import type { Session } from "../model/session";
import type { Suggesting } from "./suggesting";

export interface SuggestButtonProps {
  session: Session;
  suggesting: Suggesting;
  /** Id of the panel. */
  id: string;
}

/** Asks for help with the prompt, at the end of the row under it. */
export function SuggestButton({ session, suggesting, id }: SuggestButtonProps) {
  const offline = useStore(session.state).liveness === "gone";
  const open = suggesting.help !== null;
  return (
    <button
      type="button"
      class="rk-button rk-suggest-button"
      title="Rewritings of the prompt; says first what it costs"
      aria-expanded={open}
      aria-controls={open ? id : undefined}
      disabled={offline}
      onClick={() => (open ? suggesting.close() : void suggesting.open())}
    >
      <Icon name="spark" />
      Suggest
    </button>
  );
}
