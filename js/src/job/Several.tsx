import type { Job, SweepPosition } from "../kernel/protocol";
import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import { Bar } from "../view/Bar";
import { Icon } from "../view/Icon";
import { Notice } from "../view/Notice";
import { Offline } from "../view/Offline";
import { usePicture } from "../view/usePicture";
import { JobBar, timeWords, useElapsed } from "./JobRow";
import type { SeveralSession } from "./several-session";

/** Several requests of a cell, as the studio shows a sweep: a grid that fills, with the longer axis across. */
export function Several({ session }: { session: SeveralSession }) {
  const { sweep, liveness, problem, result, said } = useStore(session.state);
  if (result)
    return (
      <section class="rk-result" aria-label="Takes">
        {/* The kernel writes it, as it writes the output of a cell. */}
        <div dangerouslySetInnerHTML={{ __html: result }} />
        <Announcer said={said} />
      </section>
    );
  const offline = liveness === "gone";
  const { done, cancelled, paused } = sweep;
  const errors = [...new Set(sweep.positions.flatMap((position) => position.error ?? []))];
  return (
    <section class="rk-card rk-progress" aria-label="Variations">
      {done ? null : <Offline liveness={liveness} what="progress" />}
      <div class="rk-section rk-sweep">
        <div class="rk-sweep-head">
          <span class="rk-small rk-dim rk-sweep-words">
            {sweep.title} · {sweep.words}
          </span>
          {done ? null : (
            <div class="rk-sweep-actions">
              {cancelled ? null : (
                <button
                  type="button"
                  class="rk-button"
                  title={paused ? "Go on sending" : "Send nothing new; what is begun goes on"}
                  aria-disabled={offline}
                  onClick={() => offline || session.control(paused ? "resume" : "pause")}
                >
                  {paused ? "Resume" : "Pause"}
                </button>
              )}
              <button
                type="button"
                class="rk-button"
                title="What is not sent costs nothing; the rest is cancelled at the service"
                aria-disabled={offline || cancelled}
                onClick={() => offline || cancelled || session.control("cancel")}
              >
                {cancelled ? "Cancelling" : "Cancel"}
              </button>
            </div>
          )}
        </div>
        {done ? null : (
          <Bar
            label="Progress of all"
            done={sweep.finished / sweep.positions.length}
            of={sweep.positions.length}
            words={sweep.words}
          />
        )}
        {[sweep.note, problem].map((words) => (words ? <Notice tone="problem">{words}</Notice> : null))}
        <Grid session={session} />
        {errors.map((error) => (
          <div key={error} class="rk-small rk-sweep-error">
            {error}
          </div>
        ))}
      </div>
      <Announcer said={said} />
    </section>
  );
}

function Grid({ session }: { session: SeveralSession }) {
  const { sweep, jobs } = useStore(session.state);
  const { columns, rows, positions } = sweep;
  const draw = (at: number, heading: string) => {
    const position = positions[at];
    const job = jobs.find((one) => one.id === position?.job);
    return position ? <Place {...{ session, position, job, heading }} /> : null;
  };
  if (rows.length === 1)
    return (
      <ol class="rk-positions" style={RATIO}>
        {columns.map((heading, at) => (
          <li key={heading}>
            <div class="rk-position-heading" title={heading}>
              {heading}
            </div>
            {draw(at, heading)}
          </li>
        ))}
      </ol>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="rk-grid-scroll" tabIndex={0}>
      <table class="rk-grid" style={{ ...RATIO, "--rk-columns": columns.length }}>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((heading, row) => (
            <tr key={heading}>
              <th scope="row">{heading}</th>
              {columns.map((column, at) => (
                <td key={column}>{draw(row * columns.length + at, `${heading}, ${column}`)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const RATIO = { "--rk-ratio": 16 / 9 };

interface PlaceProps {
  session: SeveralSession;
  position: SweepPosition;
  job: Job | undefined;
  heading: string;
}

/** One request: its poster, or how far it is. */
function Place({ session, position, job, heading }: PlaceProps) {
  const kept = position.state === "kept" ? position.job : null;
  const picture = usePicture(session.posters, kept);
  if (kept !== null && picture !== undefined)
    return (
      <div class="rk-take-picture" title={position.prompt}>
        {picture ? <img src={picture} alt={heading} /> : null}
      </div>
    );
  return (
    <div class="rk-position" data-state={position.state} title={position.prompt}>
      {position.state === "failed" ? <Icon name="warning" /> : null}
      {job ? <Working session={session} job={job} /> : <span>{kept === null ? position.stage : "Kept"}</span>}
    </div>
  );
}

function Working({ session, job }: { session: SeveralSession; job: Job }) {
  const { beginnings, liveness } = useStore(session.state);
  const elapsed = useElapsed(beginnings.get(job.id) ?? Date.now(), job.elapsed, liveness !== "gone");
  return (
    <>
      <span>{job.stage}</span>
      <JobBar job={job} elapsed={elapsed} />
      <span class="rk-job-times">{timeWords(job, elapsed)}</span>
    </>
  );
}
