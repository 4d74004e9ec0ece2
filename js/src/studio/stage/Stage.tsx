import { useMemo } from "preact/hooks";
import { Comparison } from "../../compare/Comparison";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { turnToStage } from "../model/stage";
import { selectedTakes, takeById } from "../model/state";
import { NewTakes } from "../player/NewTakes";
import { Player } from "../player/Player";

/** Where takes are looked at: several side by side, one, or the place where one will be. */
export function Stage({ session }: { session: Session }) {
  const state = useStore(session.state);
  const open = takeById(state, state.open?.take);
  const compared = useMemo(() => selectedTakes(state), [state.takes, state.wall.known, state.selected]);
  return (
    <div
      class="rk-stage"
      onFocusIn={() => {
        session.onStage = true;
        turnToStage(session);
      }}
      onPointerDown={() => turnToStage(session)}
      onFocusOut={() => {
        session.onStage = false;
      }}
    >
      <NewTakes session={session} />
      {compared.length > 1 ? (
        <Comparison session={session} takes={compared} />
      ) : open ? (
        <Player key={open.id} session={session} take={open} />
      ) : (
        <div class="rk-section">
          <div class="rk-stage-box rk-stage-empty">
            <span>Your videos play here.</span>
            <span class="rk-small">Generate one, or open a take below.</span>
          </div>
        </div>
      )}
    </div>
  );
}
