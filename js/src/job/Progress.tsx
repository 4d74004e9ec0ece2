import { TellPlaying } from "../kernel/TellPlaying";
import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import { Notice } from "../view/Notice";
import { Offline } from "../view/Offline";
import { usePicture } from "../view/usePicture";
import { isUnfinished } from "./clock";
import { JobRow } from "./JobRow";
import { Result } from "./Result";
import type { ProgressSession } from "./session";

/** One job, as a cell shows it while it waits. */
export function Progress({ session }: { session: ProgressSession }) {
  const { job, beginnings, liveness, cancelling, problem, result, said } = useStore(session.state);
  const picture = usePicture(session.previews, job?.image ?? null);
  if (!job) return null;
  if (result) return <Result {...{ session, said }} html={result} name="Take" />;
  return (
    <section class="rk-card rk-progress" aria-label="Job">
      {isUnfinished(job) ? <Offline liveness={liveness} what="progress" /> : null}
      <div class="rk-section">
        <JobRow
          job={job}
          began={beginnings.get(job.id) ?? Date.now()}
          picture={picture}
          cancelling={cancelling}
          offline={liveness === "gone"}
          onCancel={() => session.cancel()}
        />
        {problem ? <Notice tone="problem">{problem}</Notice> : null}
      </div>
      <Announcer said={said} />
      <TellPlaying session={session} />
    </section>
  );
}
