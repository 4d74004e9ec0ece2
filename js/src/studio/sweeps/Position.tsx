import type { Deck } from "../../compare/deck";
import { JobBar } from "../../job/JobRow";
import { withoutIds } from "../../job/sweep";
import type { Job, SweepPosition } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import { late } from "../late/late";
import { canBeCompared } from "../model/selecting";
import { attempt, type Session } from "../model/session";
import { openJob } from "../model/stage";
import { takeById } from "../model/state";
import { useJob } from "../stage/useJob";
import { Poster } from "../wall/Poster";

const FilmView = late((parts) => parts.FilmView);

export interface PositionProps {
  session: Session;
  position: SweepPosition;
  /** Its headings. */
  name: string;
  tabStop: boolean;
  /** What plays it in step with the others, while they do. */
  deck: Deck | null;
  onFocus: () => void;
}

/** One position of a sweep: the poster of its take, or where its job stands. */
export function Position(props: PositionProps) {
  const { session, position, name, deck, tabStop, onFocus } = props;
  const state = useStore(session.state);
  const take = position.state === "kept" ? takeById(state, position.job ?? undefined) : undefined;
  if (take && deck && canBeCompared(take)) return <FilmView {...{ session, take, deck }} heard={false} />;
  if (take)
    return (
      <Poster
        {...{ session, take, name, tabStop, onFocus }}
        open={take.id === state.open?.take}
        unseen={state.unseen.has(take.id)}
      />
    );
  if (position.state === "kept") return <Elsewhere {...props} />;
  const job = state.jobs.find((one) => one.id === position.job);
  const words = job ? <JobWords session={session} job={job} /> : <Words position={position} />;
  const about = { class: "rk-position", "data-state": position.state };
  if (!job)
    return (
      <div {...about} title={position.error ?? position.prompt}>
        <span class="rk-unseen">{name}: </span>
        {words}
      </div>
    );
  return (
    <button
      type="button"
      {...about}
      title={job.error ?? position.prompt}
      aria-current={job.id === state.open?.take}
      tabIndex={tabStop ? 0 : -1}
      onFocus={onFocus}
      onClick={() => openJob(session, job.id)}
    >
      <span class="rk-unseen">{name}: </span>
      {words}
    </button>
  );
}

/** What is said of a position that no job stands for. */
function Words({ position }: { position: SweepPosition }) {
  const { state, stage, error } = position;
  if (state === "left_out") return <span class="rk-unseen">left out</span>;
  if (state === "waiting") return <span>{stage === "Paused" ? "paused" : "new"}</span>;
  return <Ended state={state} stage={stage} error={error} />;
}

/** A job at work with what is left of its time, or why it is over. */
function JobWords({ session, job }: { session: Session; job: Job }) {
  const { working, elapsed, words } = useJob(session, job);
  if (!working) return <Ended {...job} />;
  return (
    <>
      <JobBar job={job} elapsed={elapsed} />
      <span class="rk-position-words">{words}</span>
    </>
  );
}

const SHORT: { [state: string]: string } = { failed: "Failed", expired: "Timed out" };

/** How it ended in a word, and where there is room why. */
function Ended({ state, stage, error }: { state: string; stage: string; error: string | null }) {
  return (
    <>
      <span class="rk-position-end">
        {state === "failed" ? <Icon name="warning" /> : null}
        {SHORT[state] ?? stage}
      </span>
      {error ? <span class="rk-position-words">{withoutIds(error)}</span> : null}
    </>
  );
}

/** A take that is older than those the studio has: it comes from the library once it is wanted. */
function Elsewhere({ session, position, name, tabStop, onFocus }: PositionProps) {
  const picture = usePicture(session.posters, position.job);
  const fetch = () =>
    attempt(session, () => session.connection.request("show_take", { take: position.job ?? "" }));
  return (
    <button type="button" class="rk-take" tabIndex={tabStop ? 0 : -1} onFocus={onFocus} onClick={fetch}>
      <span class="rk-take-picture">
        {picture ? <img src={picture} alt="" draggable={false} /> : null}
        <span class="rk-unseen">{name}: kept. Show the take</span>
      </span>
    </button>
  );
}
