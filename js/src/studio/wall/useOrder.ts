import { useRef, useState } from "preact/hooks";
import { isUnfinished } from "../../job/clock";
import type { Job } from "../../kernel/protocol";
import { isSearch } from "./filters";
import type { Found } from "./found";

/** What the wall shows, by id, and what it holds back. */
export interface Order {
  /** Ids of jobs and takes; a take has the id of the job that left it. */
  ids: readonly string[];
  /** How many more there are of them than takes that the wall has found, for the jobs and what waits. */
  more: number;
  /** How many wait above them. */
  waiting: number;
  /** Shows those too. */
  release(): void;
}

/**
 * The jobs at work, newest first, then the takes; jobs that ended badly stand among the takes of their time.
 *
 * Nothing moves but for something new: what ends stays in its place, whether it ends before others or not. What comes
 * in while the wall `isScrolled` waits above.
 */
export function useOrder(wall: Found, loose: readonly Job[], isScrolled: () => boolean): Order {
  const [, redraw] = useState({});
  const before = useRef<{ ids: string[]; filters: Found["filters"] }>({ ids: [], filters: wall.filters });
  /** When jobs ended, in seconds since 1970, as far as that was seen. */
  const ended = useRef(new Map<string, number>());
  /** The first that is shown, while others wait above it. */
  const first = useRef<string | null>(null);

  // Of a step, those at work are of use: what they make is likely to be of that step. By a measure, others have no place.
  const shownJobs = wall.filters.step || wall.filters.by ? loose.filter(isUnfinished) : loose;
  const jobs = isSearch(wall.filters) ? [] : shownJobs.filter((job) => !wall.known.has(job.id));
  const natural = merged(wall, jobs, ended.current);
  if (before.current.filters !== wall.filters) {
    first.current = null;
    before.current = { ids: [], filters: wall.filters };
  }
  const shown = before.current.ids;
  const ids = kept(shown, natural);
  const [head] = shown;
  if (first.current === null && head !== undefined && head !== ids[0] && ids.includes(head) && isScrolled())
    first.current = head;
  before.current = { ids, filters: wall.filters };
  const waiting = first.current === null ? 0 : Math.max(0, ids.indexOf(first.current));
  return {
    ids: waiting ? ids.slice(waiting) : ids,
    more: jobs.length - waiting,
    waiting,
    release() {
      if (first.current === null) return;
      first.current = null;
      redraw({});
    },
  };
}

/** Jobs and takes, newest first. */
function merged(wall: Found, jobs: readonly Job[], ended: Map<string, number>): string[] {
  const working = jobs.filter(isUnfinished);
  const over = jobs.filter((job) => !isUnfinished(job));
  for (const { id } of over) if (!ended.has(id)) ended.set(id, Date.now() / 1000);
  const behind: string[] = [];
  const left = over.sort((one, other) => (ended.get(other.id) ?? 0) - (ended.get(one.id) ?? 0));
  for (const id of wall.ids) {
    const created = wall.known.get(id)?.created ?? 0;
    while (left[0] && (ended.get(left[0].id) ?? 0) >= created) behind.push(left.shift()?.id ?? "");
    behind.push(id);
  }
  return [...working.map(({ id }) => id), ...behind, ...left.map(({ id }) => id)];
}

/** The order as it was, where nothing is new but at its end. */
function kept(before: readonly string[], now: readonly string[]): string[] {
  const there = new Set(now);
  const stay = before.filter((id) => there.has(id));
  const known = new Set(stay);
  const front = now.slice(0, stay.length);
  return front.every((id) => known.has(id)) ? [...stay, ...now.slice(stay.length)] : [...now];
}
