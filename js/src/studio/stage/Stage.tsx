import type { ComponentChild } from "preact";
import { useMemo } from "preact/hooks";
import { useStore } from "../../store";
import { late } from "../late/late";
import type { Session } from "../model/session";
import { jobOnStage } from "../model/stage";
import { selectedTakes, takeById } from "../model/state";
import { NewTakes } from "../player/NewTakes";
import { EmptyStage } from "./EmptyStage";
import { JobStage } from "./JobStage";
import { StageBox, StageFoot } from "./StageBox";

/** The same place, before it is known what is shown there. */
const place = (words: ComponentChild) => (
  <div class="rk-section">
    <StageBox empty>{words}</StageBox>
    <StageFoot output={undefined} />
  </div>
);
const Selected = late((parts) => parts.Selected, place);
const Player = late((parts) => parts.Player, place);

/** Where takes are looked at: several side by side, one, the job that will leave it, or the place for it. */
export function Stage({ session }: { session: Session }) {
  const state = useStore(session.state);
  const open = takeById(state, state.open?.take);
  const job = jobOnStage(state);
  const selected = useMemo(() => selectedTakes(state), [state.takes, state.wall.known, state.selected]);
  return (
    <div
      class="rk-stage"
      onFocusIn={() => {
        session.onStage = true;
      }}
      onFocusOut={() => {
        // A window that loses the focus gives it back to where it was.
        if (document.hasFocus()) session.onStage = false;
      }}
    >
      <NewTakes session={session} />
      {selected.length > 1 ? (
        <Selected session={session} takes={selected} />
      ) : open ? (
        <Player key={open.id} session={session} take={open} />
      ) : job ? (
        <JobStage key={job.id} session={session} job={job} />
      ) : (
        <EmptyStage session={session} />
      )}
    </div>
  );
}
