import { useRef } from "preact/hooks";
import { useWidth } from "../hooks/useWidth";
import type { Job, SweepPosition } from "../kernel/protocol";
import { TellPlaying } from "../kernel/TellPlaying";
import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import { Icon } from "../view/Icon";
import { Notice } from "../view/Notice";
import { Offline } from "../view/Offline";
import { usePicture } from "../view/usePicture";
import { JobBar, timeWords, useElapsed } from "./JobRow";
import { PositionGrid, sizes } from "./PositionGrid";
import { Result } from "./Result";
import type { SeveralSession } from "./several-session";
import { namesOf, reasonsOf, Steering, SweepBar } from "./sweep";
import { arrange } from "./sweep-layout";

/** Several requests of a cell, as the studio shows a sweep: a grid that fills, with the longer axis across. */
export function Several({ session }: { session: SeveralSession }) {
  const { sweep, liveness, problem, result, said } = useStore(session.state);
  if (result) return <Result {...{ session, said }} html={result} name="Takes" />;
  return (
    <section class="rk-card rk-progress" aria-label="Variations">
      {sweep.done ? null : <Offline liveness={liveness} what="progress" />}
      <div class="rk-section rk-sweep">
        <div class="rk-sweep-head">
          <span class="rk-small rk-dim rk-sweep-words">
            {sweep.title} · {sweep.words}
          </span>
          <div class="rk-sweep-actions">
            <Steering sweep={sweep} offline={liveness === "gone"} steer={session.steer} />
          </div>
          <SweepBar sweep={sweep} />
        </div>
        {[sweep.note, problem].map((words) => (words ? <Notice tone="problem">{words}</Notice> : null))}
        <Grid session={session} />
        {reasonsOf(sweep).map((reason) => (
          <div key={reason} class="rk-small rk-sweep-error">
            {reason}
          </div>
        ))}
      </div>
      <Announcer said={said} />
      <TellPlaying session={session} />
    </section>
  );
}

function Grid({ session }: { session: SeveralSession }) {
  const { sweep, jobs } = useStore(session.state);
  const ruler = useRef<HTMLDivElement>(null);
  // As in the grid that the cell leaves.
  const layout = arrange(sweep, useWidth(ruler, 900), true);
  const names = namesOf(sweep);
  const draw = (at: number) => {
    const position = sweep.positions[at];
    const job = jobs.find((one) => one.id === position?.job);
    return position ? <Place {...{ session, position, job }} name={names[at] ?? ""} /> : null;
  };
  return (
    <div style={sizes(layout)}>
      <div ref={ruler} />
      <PositionGrid {...{ sweep, layout, draw }} shown={layout.rows} />
    </div>
  );
}

interface PlaceProps {
  session: SeveralSession;
  position: SweepPosition;
  job: Job | undefined;
  /** Its headings. */
  name: string;
}

/** One request: its poster, or how far it is. */
function Place({ session, position, job, name }: PlaceProps) {
  const kept = position.state === "kept" ? position.job : null;
  const picture = usePicture(session.posters, kept);
  return (
    <div class="rk-place" title={position.prompt}>
      {kept !== null && picture !== undefined ? (
        <div class="rk-take-picture">{picture ? <img src={picture} alt={name} /> : null}</div>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own
        <div class="rk-position" role="group" aria-label={name} data-state={position.state}>
          {position.state === "failed" ? <Icon name="warning" /> : null}
          {job ? (
            <Working session={session} job={job} />
          ) : (
            <span>{kept === null ? position.stage : "Kept"}</span>
          )}
        </div>
      )}
    </div>
  );
}

function Working({ session, job }: { session: SeveralSession; job: Job }) {
  const { beginnings, liveness } = useStore(session.state);
  const elapsed = useElapsed(beginnings.get(job.id) ?? Date.now(), job.elapsed, liveness !== "gone");
  return (
    <>
      <span class="rk-position-stage">{job.stage}</span>
      <JobBar job={job} elapsed={elapsed} />
      <span class="rk-job-times">{timeWords(job, elapsed)}</span>
    </>
  );
}
