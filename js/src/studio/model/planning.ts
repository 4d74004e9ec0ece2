import { isAbort, NBSP, reason } from "../../format";
import { isUnfinished } from "../../job/clock";
import { type Connection, type Fields, RefusedError } from "../../kernel/connection";
import type { Store } from "../../store";
import { makesSeveral, requestOf } from "./asking";
import { type Before, beforeOf, chosenEndpoint, type Draft, type Plan, type StudioState } from "./state";

/** Milliseconds without a key pressed before the kernel is asked. */
const REST = 350;

/** Milliseconds after a choice, which is made once. */
const SOON = 60;

/** What the plan depends on; of the jobs only which of them there are, as they change every second. */
const BASIS = ["draft", "images", "takes", "sending", "endpoints"] as const;

export type Read = Exclude<Plan, { problem: string }>;

/** The plan, where its alternatives can be read. */
export function readable(plan: Plan | null): Read | null {
  return plan && !("problem" in plan) ? plan : null;
}

/** Where what the form makes stands, in words; the part that costs is strong. */
export function standing({ plan, draft }: Pick<StudioState, "plan" | "draft">) {
  const read = readable(plan);
  if (!read) return [];
  const counts = { made: 0, running: 0, new: 0, out: 0 };
  for (const { key, state } of read.requests) counts[draft.leftOut?.includes(key) ? "out" : state]++;
  return Object.entries(counts)
    .filter(([, count]) => count)
    .map(([state, count]) => ({ words: `${count}${NBSP}${state}`, strong: state === "new" }));
}

/**
 * The take or the job that the form as it stands has made already, if it makes only this one. While the kernel has not
 * seen the last change of the form, there is none: what it stands for may be new, and charged.
 */
export function existing(state: StudioState): { job: string; made: boolean } | null {
  const read = readable(state.plan);
  if (!read || state.planned?.draft !== state.draft || state.planned.images !== state.images) return null;
  const [one, ...others] = read.requests.filter((request) => !request.left_out);
  if (!one?.job || others.length || one.state === "new") return null;
  if (one.state === "made") return { job: one.job, made: true };
  return state.jobs.some((job) => job.id === one.job && isUnfinished(job))
    ? { job: one.job, made: false }
    : null;
}

/**
 * Keeps `plan` up to date with the form: how many takes it makes, at what price, and what the budget leaves.
 *
 * The kernel counts, and sends nothing to the service. Typing never waits for it.
 */
export function planning(state: Store<StudioState>, connection: Connection): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();
  let before: Draft | undefined;

  function look(): void {
    clearTimeout(timer);
    asking.abort(new DOMException("There is a newer one.", "AbortError"));
    const now = state.get();
    const endpoint = chosenEndpoint(now);
    if (!endpoint) return;
    const typed = before?.prompt !== now.draft.prompt;
    const chosen = !before || !samePrice(before, now.draft);
    before = now.draft;
    const { again: _, ...fields } = requestOf(now, endpoint, false);
    const planned = beforeOf(now);
    const read = readable(now.plan);
    // The price of something else is not shown, not even for a moment.
    if (chosen && read) state.set({ plan: { ...read, old: true } });
    if (now.plan && !read && !makesSeveral(fields)) state.set({ plan: null });
    timer = setTimeout(() => void ask(fields, planned), typed ? REST : SOON);
  }

  async function ask(fields: Fields<"plan">, planned: Before): Promise<void> {
    asking = new AbortController();
    try {
      const { value } = await connection.request("plan", fields, [], { signal: asking.signal });
      state.set({ plan: value, planned });
    } catch (error) {
      // Only what is wrong with the alternatives is said while they are written; the rest, when it is to be made.
      const wrong = error instanceof RefusedError && error.field === "prompt" && makesSeveral(fields);
      if (!isAbort(error)) state.set({ plan: wrong ? { problem: reason(error) } : null });
    }
  }

  look();
  const unfollow = state.subscribe((now, then) => {
    if (BASIS.some((name) => now[name] !== then[name]) || atWork(now) !== atWork(then)) look();
  });
  return () => {
    unfollow();
    clearTimeout(timer);
    asking.abort();
  };
}

function atWork({ jobs }: StudioState): string {
  return jobs.flatMap((job) => (isUnfinished(job) ? job.id : [])).join();
}

/** Whether what is changed between two forms is words alone, on which no price depends. */
function samePrice(one: Draft, other: Draft): boolean {
  return (
    one.endpoint === other.endpoint &&
    one.wanted === other.wanted &&
    one.models === other.models &&
    one.leftOut === other.leftOut
  );
}
