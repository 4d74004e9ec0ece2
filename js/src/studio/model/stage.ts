import { isUnfinished } from "../../job/clock";
import type { Job, Take } from "../../kernel/protocol";
import { byOther } from "../team/who";
import { inView } from "../wall/filters";
import type { Session } from "./session";
import type { StudioState } from "./state";
import { selectedTakes, takeById } from "./state";
import { inSweeps } from "./sweeping";

/**
 * The stage is where one take is looked at, or several side by side, or a job until its take is there. It never changes
 * under a person: a take that comes in while it is occupied is announced, and shown when they ask for it.
 */
type OnStage = Pick<StudioState, "takes" | "wall" | "jobs" | "open" | "selected">;

/** Whether something is looked at. */
export function isOccupied(state: OnStage): boolean {
  return isComparing(state) || (takeById(state, state.open?.take) ?? jobOnStage(state)) !== undefined;
}

export function isComparing(state: OnStage): boolean {
  return selectedTakes(state).length > 1;
}

/** The job that is opened in place of the take that it will leave. */
export function jobOnStage({ jobs, open }: Pick<StudioState, "jobs" | "open">): Job | undefined {
  return open ? jobs.find((job) => job.id === open.take) : undefined;
}

/** The jobs that are part of no sweep, newest first. */
export function looseJobs(state: Pick<StudioState, "jobs" | "sweeps">): Job[] {
  const elsewhere = inSweeps(state);
  return state.jobs.filter((job) => !elsewhere.has(job.id)).reverse();
}

/** What is opened where nothing else is: of the jobs that were asked for here, the newest at work. */
export function openAtWork(state: Pick<StudioState, "jobs" | "sweeps">): StudioState["open"] {
  const job = looseJobs(state).find((one) => !one.elsewhere && isUnfinished(one));
  return job ? { take: job.id, press: false } : null;
}

/** Shows another file of the take on the stage. */
export function showFile({ state }: Pick<Session, "state">, file: number, count: number): void {
  const { open } = state.get();
  if (open) state.set({ open: { ...open, press: false, file }, said: `File ${file + 1} of ${count}.` });
}

/** Opens a job because a person asked for it. */
export function openJob({ state }: Pick<Session, "state">, job: string): void {
  const { selected } = state.get();
  state.set({
    selected: selected.length > 1 ? [] : selected,
    notSelected: null,
    open: { take: job, press: false },
  });
}

/** Takes that have come in and were not looked at yet, newest first. */
export function waiting(state: OnStage & Pick<StudioState, "unseen">): Take[] {
  const seen = isComparing(state) ? state.selected : [];
  const { filters } = state.wall;
  return [...state.unseen].reverse().flatMap((id) => {
    const take = takeById(state, id);
    // What a colleague asked for has no part in a view of one's own.
    return !take || seen.includes(id) || (byOther(take) && !inView(take, filters)) ? [] : take;
  });
}

/** Shows a take that came in where its job or nothing is looked at; else announces it. */
export function receive({ state }: Pick<Session, "state">, arrived: readonly Take[]): void {
  const now = state.get();
  const [newest] = arrived;
  if (!newest) return;
  const shown = isComparing(now)
    ? undefined
    : (arrived.find((take) => take.id === now.open?.take) ?? (isOccupied(now) ? undefined : newest));
  const unseen = new Set(now.unseen);
  // Oldest first, so that the set tells in which order they came.
  for (const take of [...arrived].reverse()) if (take !== shown) unseen.add(take.id);
  state.set({
    unseen,
    ...(shown
      ? { open: { take: shown.id, press: false, once: true }, said: `The take is ready: ${shown.prompt}` }
      : {
          said:
            arrived.length > 1
              ? `${arrived.length} takes are ready.`
              : `Another take is ready: ${newest.prompt}`,
        }),
  });
}

/** Marks takes that came in from elsewhere as new. Of many, only the first is announced until it was looked at. */
export function announce({ state }: Pick<Session, "state">, takes: readonly Take[]): void {
  const now = state.get();
  const [newest] = takes;
  if (!newest) return;
  const unseen = new Set([...now.unseen, ...takes.map(({ id }) => id).reverse()]);
  const { mine, person } = newest.team ?? {};
  const said = `A take ${mine ? "of yours" : `by ${person}`} came in: ${newest.prompt}`;
  state.set({ unseen, ...(waiting(now).length ? {} : { said }) });
}

/**
 * Shows what Generate has begun or found. `asked` is how things stood when it was pressed: where a person compares, or
 * has turned to something else since then, a take is announced, and a job has its place below.
 */
export function showAsked(session: Session, id: string, asked: OnStage): void {
  const now = session.state.get();
  const unseen = new Set(now.unseen);
  unseen.delete(id);
  const turned = session.onStage || now.open !== asked.open || now.selected !== asked.selected;
  if (isComparing(now) || (turned && isOccupied(now))) {
    if (takeById(now, id) && now.open?.take !== id) unseen.add(id);
    session.state.set({ unseen });
  } else if (now.open?.take !== id)
    session.state.set({ open: { take: id, press: false, once: true }, unseen });
}
