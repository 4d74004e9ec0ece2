import { JobBar } from "../../job/JobRow";
import type { Job } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";
import { openJob } from "../model/stage";
import { useJob } from "../stage/useJob";

export interface JobTileProps {
  session: Session;
  job: Job;
  tabStop: boolean;
  onFocus: () => void;
}

/** A job in the place that its take will have: what it begins with, how far it is, and how it ended where it failed. */
export function JobTile({ session, job, tabStop, onFocus }: JobTileProps) {
  const { open } = useStore(session.state);
  const picture = usePicture(session.previews, job.image);
  const { working, elapsed, words: stands } = useJob(session, job);
  // One that is kept waits for its take to stand here.
  const wrong = !working && job.state !== "kept";
  const words = (wrong && job.error) || stands;
  return (
    <div class="rk-poster">
      <button
        type="button"
        class="rk-take rk-job-tile"
        data-state={job.state}
        aria-current={open?.take === job.id}
        title={job.error ?? job.prompt}
        tabIndex={tabStop ? 0 : -1}
        onFocus={onFocus}
        onClick={() => openJob(session, job.id)}
      >
        <span class="rk-take-picture">
          {picture ? <img src={picture} alt="" draggable={false} /> : null}
          <span class="rk-job-tile-words">
            {wrong ? <Icon name="warning" /> : <JobBar job={job} elapsed={elapsed} />}
            {/* Other words are another element: in the middle of the tile, the same one would jump. */}
            <span key={words}>{words}</span>
          </span>
        </span>
        <span class="rk-take-caption">{job.prompt || job.title}</span>
      </button>
    </div>
  );
}
