import type { Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { refuse } from "../model/session";
import { withChange } from "./found";

/** The highest rating. */
export const HIGHEST = 3;

/** Pins a take, so that it is never pruned, or takes the pin away. */
export function pin(session: Session, take: Take): Promise<void> {
  const pinned = !take.pinned;
  const ask = () => session.connection.request("pin", { take: take.id, pinned });
  return keep(session, take, { pinned }, ask, pinned ? "The take is pinned." : "The pin is taken away.");
}

/** Rates a take with 1 to 3; 0 takes the rating away. */
export function rate(session: Session, take: Take, rating: number): Promise<void> {
  const ask = () => session.connection.request("rate", { take: take.id, rating });
  return keep(session, take, { rating }, ask, rating ? `Rated ${rating} of ${HIGHEST}.` : "Rating cleared.");
}

/** The kernel tells of a change to the newest takes; of older ones, its answer does. */
async function keep(
  session: Session,
  take: Take,
  change: Partial<Take>,
  ask: () => Promise<unknown>,
  said: string,
): Promise<void> {
  try {
    await ask();
    session.state.set({ wall: withChange(session.state.get().wall, take.id, change), said });
  } catch (error) {
    refuse(session, error);
  }
}
