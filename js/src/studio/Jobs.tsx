import type { Job } from "../protocol";
import { useStore } from "../store";
import { JobRow } from "../view/JobRow";
import { usePicture } from "../view/usePicture";
import { cancel, dismiss } from "./actions";
import type { Session } from "./session";

/** The jobs at work and those that ended badly, each in a row. */
export function Jobs({ session }: { session: Session }) {
  const { jobs } = useStore(session.state);
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
    />
  );
}
