import { NoAnswerError } from "../../kernel/connection";
import type { Counts, Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { refuse } from "../model/session";
import { type Opinion, type StudioState, takeById } from "../model/state";
import { isJudged } from "./filters";
import { withChange } from "./found";

/** The highest rating. */
export const HIGHEST = 3;

/** Pins a take, so that it is never pruned, or takes the pin away. */
export function pin(session: Session, take: Take): Promise<void> {
  const pinned = !take.pinned;
  const ask = () => session.connection.request("pin", { take: take.id, pinned });
  return keep(session, take, { pinned }, ask, pinned ? "Pinned." : "Unpinned.");
}

/** Rates a take with 1 to 3; 0 takes the rating away. */
export function rate(session: Session, take: Take, rating: number): Promise<void> {
  const ask = () => session.connection.request("rate", { take: take.id, rating });
  return keep(session, take, { rating }, ask, rating ? `Rated ${rating} of ${HIGHEST}.` : "Rating cleared.");
}

/** Picks a take as the one to use, or takes that back. */
export function pick(session: Session, take: Take): Promise<void> {
  return take.verdict === "picked"
    ? judge(session, take, null, "No longer picked.")
    : judge(session, take, "picked", "Picked.");
}

/** Gives a take a verdict, or takes it back. */
export function judge(session: Session, take: Take, verdict: Take["verdict"], said: string): Promise<void> {
  const ask = () => session.connection.request("judge", { take: take.id, verdict });
  return keep(session, take, { verdict }, ask, said);
}

/** Shows a change at once: the kernel may be busy with a cell. What it cannot keep is put back, and said. */
async function keep(
  session: Session,
  take: Take,
  change: Opinion,
  ask: () => Promise<unknown>,
  said: string,
): Promise<void> {
  const { state } = session;
  const now = state.get();
  const before = takeById(now, take.id) ?? take;
  const opinion = { ...now.opinions[take.id], ...change };
  state.set({
    ...withOpinion(now, take.id, change),
    opinions: { ...now.opinions, [take.id]: opinion },
    said,
  });
  const settle = (undone: Partial<StudioState> = {}) => {
    // A later one stands until it has its own answer.
    const { [take.id]: last, ...opinions } = state.get().opinions;
    state.set(last === opinion ? { ...undone, opinions } : undone);
  };
  try {
    await ask();
    settle();
  } catch (error) {
    // It waits in the kernel's line, and is kept when its turn comes.
    if (error instanceof NoAnswerError)
      return settle({ said: "Not saved yet: the kernel is busy. It will be saved when it's free." });
    const old = Object.fromEntries(
      Object.keys(change).map((name) => [name, before[name as keyof Opinion]]),
    ) as Opinion;
    settle(withOpinion(state.get(), take.id, old));
    refuse(session, error);
  }
}

function withOpinion(state: StudioState, id: string, change: Opinion): Partial<StudioState> {
  const take = takeById(state, id);
  const delta = take ? difference(take, { ...take, ...change }) : { judged: 0, rejected: 0 };
  const counted = (culled: Counts["culled"]) => ({
    judged: culled.judged + delta.judged,
    rejected: culled.rejected + delta.rejected,
  });
  const { culled, culled_here, team } = state.counts;
  return {
    takes: state.takes.map((one) => (one.id === id ? { ...one, ...change } : one)),
    wall: withChange(state.wall, id, change),
    counts: {
      ...state.counts,
      culled: counted(culled),
      culled_here: culled_here && (take?.here ? counted(culled_here) : culled_here),
      ...(team && take?.team?.mine && { team: { ...team, culled_mine: counted(team.culled_mine) } }),
    },
  };
}

function difference(before: Take, after: Take): Counts["culled"] {
  const more = (is: (take: Take) => boolean) => Number(is(after)) - Number(is(before));
  return { judged: more(isJudged), rejected: more((take) => take.verdict === "rejected") };
}

/** Takes as the kernel tells of them, with what it has not kept yet. */
export function withOpinions(takes: readonly Take[], opinions: StudioState["opinions"]): Take[] {
  return takes.map((take) => (opinions[take.id] ? { ...take, ...opinions[take.id] } : take));
}
