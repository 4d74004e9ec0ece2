import { isUnfinished } from "../../job/clock";
import { JobRow } from "../../job/JobRow";
import type { Job } from "../../kernel/protocol";
import { useStore } from "../../store";
import { usePicture } from "../../view/usePicture";
import { editAndRetry, retry } from "../loading/retrying";
import { cancel, dismiss } from "../model/actions";
import type { Session } from "../model/session";
import { StageBox, StageFoot } from "./StageBox";

/** A job in the place of the take that it will leave, over the image that it starts from. */
export function JobStage({ session, job }: { session: Session; job: Job }) {
  const { endpoints, beginnings, cancelling, liveness, service } = useStore(session.state);
  const output = endpoints.find((endpoint) => endpoint.id === job.endpoint)?.output;
  const picture = usePicture(session.previews, job.image);
  const working = isUnfinished(job);
  const row = (
    <JobRow
      job={job}
      began={beginnings.get(job.id) ?? Date.now()}
      picture={null}
      cancelling={cancelling[job.id]}
      offline={liveness === "gone"}
      free={service.sandbox}
      onCancel={() => cancel(session, job.id)}
      onDismiss={() => dismiss(session, job.id)}
      onRetry={() => retry(session, job)}
      onEdit={() => editAndRetry(session, job)}
    />
  );
  return (
    <article class="rk-section rk-stage-job" aria-label="Job">
      <StageBox tall={job.tall}>
        {picture ? (
          <img class={`rk-screen ${working ? "rk-job-working" : "rk-job-over"}`} src={picture} alt="" />
        ) : null}
        {working ? row : null}
      </StageBox>
      <StageFoot output={output}>
        <div class="rk-player-head">
          <div class="rk-player-prompt rk-cut">{job.prompt}</div>
          <div class="rk-small rk-dim rk-player-about">{job.title}</div>
        </div>
        {/* Why it ended so, and what can be done, has more room than the picture gives. */}
        {working ? null : row}
      </StageFoot>
    </article>
  );
}
