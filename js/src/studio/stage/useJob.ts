import { isUnfinished } from "../../job/clock";
import { leftWords, useElapsed } from "../../job/JobRow";
import type { Job } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";

/** Where a job stands in a small place: whether it is at work, for how long, and what is left of that in words. */
export function useJob(session: Session, job: Job): { working: boolean; elapsed: number; words: string } {
  const { beginnings, liveness } = useStore(session.state);
  const working = isUnfinished(job);
  const counting = working && liveness !== "gone";
  const elapsed = useElapsed(beginnings.get(job.id) ?? Date.now(), job.elapsed, counting);
  return { working, elapsed, words: (counting && !job.trouble && leftWords(job, elapsed)) || job.stage };
}
