import type { Deck } from "../../compare/deck";
import { FilmView } from "../../compare/FilmView";
import { duration } from "../../format";
import { isUnfinished } from "../../job/clock";
import { JobBar, useElapsed } from "../../job/JobRow";
import type { Job, SweepPosition } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import { canBeSelected } from "../model/selecting";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { openTake } from "../model/takes";

export interface PositionProps {
  session: Session;
  position: SweepPosition;
  heading: string;
  /** What plays it in step with the others, where they are compared. */
  deck: Deck | null;
}

/** One position of a sweep: its state in words, and once it is filled its poster, which opens the take. */
export function Position(props: PositionProps) {
  const { session, position, deck } = props;
  const state = useStore(session.state);
  const kept = position.state === "kept" ? position.job : null;
  const take = kept === null ? undefined : takeById(state, kept);
  const pictured = take === undefined || canBeSelected(take);
  const picture = usePicture(session.posters, pictured ? kept : null);
  const job = state.jobs.find((one) => one.id === position.job);
  if (kept === null)
    return (
      <div class="rk-position" data-state={position.state} title={position.prompt}>
        {position.state === "failed" ? <Icon name="warning" /> : null}
        <span>{position.stage}</span>
        {job && isUnfinished(job) ? <Working session={session} job={job} /> : null}
      </div>
    );
  if (deck && take && pictured) return <FilmView {...{ session, take, deck }} heard={false} />;
  const screen = (
    <span class="rk-take-picture">
      {picture ? <img src={picture} alt="" draggable={false} /> : null}
      {pictured ? null : <Icon name="sound" />}
      <span class="rk-unseen">{props.heading}: kept</span>
    </span>
  );
  if (!take)
    return (
      <div class="rk-take" title={position.prompt}>
        {screen}
      </div>
    );
  return (
    <button
      type="button"
      class="rk-take"
      title={position.prompt}
      aria-current={take.id === state.open?.take}
      onClick={() => openTake(session, take)}
    >
      {screen}
    </button>
  );
}

function Working({ session, job }: { session: Session; job: Job }) {
  const { beginnings, liveness } = useStore(session.state);
  const elapsed = useElapsed(beginnings.get(job.id) ?? Date.now(), job.elapsed, liveness !== "gone");
  return (
    <>
      <span class="rk-job-times">{duration(elapsed)}</span>
      <JobBar job={job} elapsed={elapsed} />
    </>
  );
}
