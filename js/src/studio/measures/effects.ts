import type { Sweep } from "../../kernel/protocol";
import type { Session } from "../model/session";

/** Asks how the alternatives of a sweep did; if that fails, the grid shows nothing of it. */
export async function loadEffects({ connection, state }: Session, sweep: Sweep): Promise<void> {
  try {
    const { value } = await connection.request("effects", { sweep: sweep.id });
    state.set({ effects: { ...state.get().effects, [sweep.id]: value } });
  } catch {
    // The grid is as good without.
  }
}

/** Says how often an alternative was preferred, such as "7½ of 9"; a tie is a half. */
export function score(won: number, judged: number): string {
  const whole = Math.floor(won);
  const half = won - whole >= 0.25 ? "½" : "";
  return `${whole || !half ? whole : ""}${half} of ${judged}`;
}
