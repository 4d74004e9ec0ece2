import type { Job } from "../kernel/protocol";

const UNFINISHED: ReadonlySet<Job["state"]> = new Set([
  "prepared",
  "submitting",
  "queued",
  "running",
  "fetching",
]);

export function isUnfinished(job: Job): boolean {
  return UNFINISHED.has(job.state);
}

/** When each job began, by the browser's clock, in milliseconds. */
export type Beginnings = ReadonlyMap<string, number>;

/** A newer reckoning this close to the older one is network jitter: the count on the screen must not jump. */
const JITTER = 2500;

/** Works out when jobs began from the elapsed times just received. */
export function beginnings(jobs: Job[], before: Beginnings, now: number): Beginnings {
  return new Map(
    jobs.map((job) => {
      const began = now - job.elapsed * 1000;
      const known = before.get(job.id);
      return [job.id, known !== undefined && Math.abs(known - began) < JITTER ? known : began];
    }),
  );
}

/** How far a job is, from 0 to 1, or null where that cannot be known. Never quite 1 before the end. */
export function fraction(job: Job, elapsed: number): number | null {
  if (job.state === "kept") return 1;
  if (job.expected === null || job.expected <= 0 || elapsed > job.expected) return null;
  return Math.min(elapsed / job.expected, 0.98);
}
