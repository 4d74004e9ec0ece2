import { byTake } from "../../hooks/useGoTo";
import type { Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { isComparing } from "../model/stage";
import { takeById } from "../model/state";
import { isJudged } from "../wall/filters";
import { more } from "../wall/finding";
import { reject } from "../wall/rejecting";
import { unswept } from "../wall/unswept";
import { idsAround, neighbour } from "./order";
import { showTake } from "./showing";

const CELL = "[data-take]";
/** Tells the wall to give the focus to a take; its detail is the id. */
export const GO = "rk-go";

/** The take that keys at an element are about: its own, or the one on the stage. */
export function takeAt(session: Session, target: Element): Take | undefined {
  const state = session.state.get();
  const cell = target.closest<HTMLElement>(CELL);
  if (cell) return takeById(state, cell.dataset.take);
  // Who presses X on a button of something else does not mean a take.
  const free = target.closest(".rk-at-stage") || !target.closest("button, a, summary");
  return free && !isComparing(state) ? takeById(state, state.open?.take) : undefined;
}

/** The sweep in whose grid an element stands. */
export function sweepAt(target: Element): string | undefined {
  return target.closest<HTMLElement>("[data-takes]")?.dataset.takes;
}

/** Gives the focus to another take, where it is on one: on the stage it stays. What is looked for may stand twice. */
export function focusTake(session: Session, target: Element, take: Take): void {
  if (!target.closest(CELL) || target.closest(".rk-at-stage")) return;
  const { wall, sweeps } = session.state.get();
  const studio = target.closest(".rk-studio");
  const its = `${byTake(take.id)} .rk-take`;
  const own = target.closest("[data-takes]")?.querySelector<HTMLElement>(its);
  if (!own && unswept(wall, sweeps).ids.includes(take.id))
    studio?.querySelector(".rk-wall-list")?.dispatchEvent(new CustomEvent(GO, { detail: take.id }));
  else (own ?? studio?.querySelector<HTMLElement>(`[data-takes] ${its}`))?.focus();
}

/** Rejects the take at an element, from which the focus goes on to the next; one that is rejected it brings back. */
export function rejectAt(session: Session, target: Element, take: Take): void {
  const sweep = sweepAt(target);
  const next = neighbour(session.state.get(), take.id, sweep);
  void reject(session, take, next);
  // In a sweep each has its place, and one that is brought back is looked at again.
  if (next && !(sweep && take.verdict === "rejected")) focusTake(session, target, next);
}

/** Goes to the next take that is not judged and shows it, also where it is still to come from the library. */
export async function goToUnjudged(session: Session, target: Element, from: string): Promise<void> {
  const { state } = session;
  const look = () => {
    const now = state.get();
    for (const ids of [idsAround(now, from, sweepAt(target)), now.wall.ids]) {
      const at = ids.indexOf(from);
      const behind = [...ids.slice(at + 1), ...ids.slice(0, Math.max(0, at))];
      const found = behind.map((id) => takeById(now, id)).find((take) => take && !isJudged(take));
      if (found) return found;
    }
    return undefined;
  };
  let next = look();
  for (let known = -1; !next; next = look()) {
    const { ids, total } = state.get().wall;
    if (ids.length >= total || ids.length === known) break;
    known = ids.length;
    await more(session);
  }
  if (!next) return state.set({ said: "All takes are judged." });
  showTake(session, next);
  focusTake(session, target, next);
}
