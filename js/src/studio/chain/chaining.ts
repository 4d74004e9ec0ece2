import { isUnfinished } from "../../job/clock";
import type { Connection } from "../../kernel/connection";
import type { ChainStep } from "../../kernel/protocol";
import type { Store } from "../../store";
import { jobOnStage } from "../model/stage";
import type { StudioState } from "../model/state";
import { withNewest } from "../wall/found";
import type { Asked, Known } from "./known";

/** Milliseconds without a change before the kernel is asked. */
const REST = 150;
const NOTHING: Known = { asked: null, steps: [], more: 0 };
/** What it depends on; of the jobs only which are at work, as they change every second. */
const BASIS = ["open", "images", "takes", "counts"] as const;

/** What the chain is to be of; null where nothing is looked at, and no image is in the form. */
export function askedOf({ open, images, jobs }: Pick<StudioState, "open" | "images" | "jobs">): Asked | null {
  if (open && !jobOnStage({ jobs, open })) return { take: open.take };
  if (!images.length) return null;
  return { take: null, images: Object.fromEntries(images.map(({ slot, digest }) => [slot, digest])) };
}

/** Keeps the chain up to date with what is looked at, once that is seen; returns what ends it. */
export function chaining(state: Store<StudioState>, connection: Connection): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();

  function look(): void {
    clearTimeout(timer);
    asking.abort(new DOMException("There is a newer one.", "AbortError"));
    timer = setTimeout(() => void ask(), REST);
  }

  function show(known: Known): void {
    const { chain } = state.get();
    if (JSON.stringify(chain) !== JSON.stringify(known)) state.set({ chain: known });
    growStep(state, known.steps);
  }

  async function ask(): Promise<void> {
    const now = state.get();
    const asked = askedOf(now);
    if (!asked) {
      // While words alone are made to a take, what was there before is as good as nothing.
      if (!now.chain || !jobOnStage(now)) show(NOTHING);
      return;
    }
    asking = new AbortController();
    const { signal } = asking;
    try {
      const { value } = await connection.request("chain", asked, [], { signal });
      show({ asked, ...value });
    } catch {
      // It is asked for again with the next change. What it was stays, and nothing else depends on it.
      if (!signal.aborted && !state.get().chain) show(NOTHING);
    }
  }

  const unfollow = state.subscribe((now, then) => {
    if (now.jobs !== then.jobs) stayOnWall(now);
    if (!now.views.length) return;
    const seen = !then.views.length;
    if (seen || BASIS.some((name) => now[name] !== then[name]) || atWork(now) !== atWork(then)) look();
  });
  return () => {
    unfollow();
    clearTimeout(timer);
    asking.abort();
  };
}

/** Where the wall shows one step, what is being made there stays when it is done: it is of that step, as a rule. */
function stayOnWall({ jobs, wall }: StudioState): void {
  for (const job of jobs) if (isUnfinished(job)) wall.filters.step?.takes.add(job.id);
}

/** Where the wall shows one step, what has come to that step comes to the wall. */
function growStep(state: Store<StudioState>, steps: readonly ChainStep[]): void {
  const { wall, takes } = state.get();
  const { step } = wall.filters;
  const now = step && steps.find(({ id }) => id === step.id);
  const fresh = now?.takes.filter((take) => !step?.takes.has(take)) ?? [];
  for (const take of fresh) step?.takes.add(take);
  if (fresh.length) state.set({ wall: withNewest(wall, takes) });
}

function atWork({ jobs }: StudioState): string {
  return jobs.flatMap((job) => (isUnfinished(job) ? job.id : [])).join();
}
