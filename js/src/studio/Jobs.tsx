import { JobRow } from "../job/JobRow";
import type { Job } from "../kernel/protocol";
import { useStore } from "../store";
import { usePicture } from "../view/usePicture";
import { editAndRetry, retry } from "./loading/retrying";
import { cancel, dismiss } from "./model/actions";
import type { Session } from "./model/session";
import { isComparing, jobOnStage, looseJobs } from "./model/stage";

/** The jobs at work and those that ended badly, each in a row. Those of a sweep are in its grid. */
export function Jobs({ session }: { session: Session }) {
  const state = useStore(session.state);
  const onStage = isComparing(state) ? undefined : jobOnStage(state);
  const jobs = looseJobs(state).filter((job) => job !== onStage);
  if (!jobs.length) return null;
  return (
    <ul class="rk-section rk-jobs" aria-label="Jobs">
      {jobs.map((job) => (
        <li key={job.id}>
          <StudioJob session={session} job={job} />
        </li>
      ))}
    </ul>
  );
}

function StudioJob({ session, job }: { session: Session; job: Job }) {
  const { beginnings, cancelling, liveness } = useStore(session.state);
  return (
    <JobRow
      job={job}
      began={beginnings.get(job.id) ?? Date.now()}
      picture={usePicture(session.previews, job.image)}
      cancelling={cancelling[job.id]}
      offline={liveness === "gone"}
      onCancel={() => cancel(session, job.id)}
      onDismiss={() => dismiss(session, job.id)}
      onRetry={() => retry(session, job)}
      onEdit={() => editAndRetry(session, job)}
    />
  );
}
