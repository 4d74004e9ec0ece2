import { isUnfinished } from "../../job/clock";
import type { ChainStep } from "../../kernel/protocol";
import { refuse, type Session } from "../model/session";
import { showAsked } from "../model/stage";
import type { StudioState } from "../model/state";

/** New takes that are made at once without being asked about: as many as Generate makes so. */
export const FEW = 8;

/** What came of pressing Redo: so many are to be agreed to first, or what has begun. */
export type Redone = { ask: number } | { sweep: string } | { job: string } | null;

/** Makes a step again from the newer pick, if no more new takes come of it than `agreed`. */
export async function redo(session: Session, step: ChainStep, agreed: number): Promise<Redone> {
  const { state, connection } = session;
  const now = state.get();
  const asked = now.chain?.asked;
  if (!step.redo || !asked || now.liveness === "gone") return null;
  try {
    const fields = { ...asked, step: step.id, pick: step.redo.pick, agreed };
    const { value } = await connection.request("redo_step", fields);
    if (value.one) {
      state.set({ said: `Requested ${step.title} again.` });
      showAsked(session, value.one.job, now);
      return { job: value.one.job };
    }
    if (value.sweep === null) {
      state.set({
        said: `This will make ${value.new} new takes, ${step.redo.amount}. Press again to make them, Escape to cancel.`,
      });
      return { ask: value.new };
    }
    state.set({ atWork: undefined, said: `Requested ${value.new} new takes of ${step.title}.` });
    return { sweep: value.sweep };
  } catch (error) {
    refuse(session, error);
    return null;
  }
}

/** Whether what a press has begun is still being made. */
export function isAtWork(state: Pick<StudioState, "jobs" | "sweeps">, redone: Redone): boolean {
  if (redone && "job" in redone) return state.jobs.some((job) => job.id === redone.job && isUnfinished(job));
  return Boolean(
    redone && "sweep" in redone && state.sweeps.some((sweep) => sweep.id === redone.sweep && !sweep.done),
  );
}
