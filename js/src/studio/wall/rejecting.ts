import type { Take } from "../../kernel/protocol";
import { neighbour } from "../keys/order";
import { showTake } from "../keys/showing";
import type { Session } from "../model/session";
import { isComparing } from "../model/stage";
import { type StudioState, takeById } from "../model/state";
import { judge } from "./opinions";

/**
 * Rejects a take, which hides it and can be undone for a while, or brings back one that is rejected. Where it was on the
 * stage, the next is shown: the one that is given, or the one behind it.
 */
export function reject(session: Session, take: Take, next?: Take): Promise<void> {
  const { state } = session;
  const now = state.get();
  if (take.verdict === "rejected") {
    const rejections = now.rejections.filter((rejection) => rejection.take !== take.id);
    state.set({ rejections });
    return judge(session, take, null, "No longer rejected.");
  }
  const shown = now.open?.take === take.id && !isComparing(now);
  const after = next ?? neighbour(now, take.id);
  const rejection = { take: take.id, before: take.verdict, shown };
  state.set({ ...without(now, take.id), rejections: [...now.rejections, rejection] });
  const kept = judge(session, take, "rejected", "Rejected. Control Z brings it back.");
  if (shown && after) showTake(session, after);
  return kept;
}

/** Brings back the take that was rejected last, if that was a moment ago. */
export function undoReject(session: Session): Take | undefined {
  const { state } = session;
  const now = state.get();
  const last = now.rejections.at(-1);
  const take = takeById(now, last?.take);
  if (!last || !take) return undefined;
  state.set({ rejections: now.rejections.slice(0, -1) });
  void judge(session, take, last.before, "Brought back.");
  if (last.shown) showTake(session, take);
  return take;
}

/** What is selected and what is new, without a take; of a comparison of two, the other is left to look at. */
function without({ selected, ...now }: StudioState, id: string): Partial<StudioState> {
  const others = selected.filter((other) => other !== id);
  const unseen = new Set([...now.unseen].filter((other) => other !== id));
  const [left] = others;
  if (others.length === selected.length || others.length !== 1 || !left) return { selected: others, unseen };
  return { selected: [], open: { take: left, press: false }, unseen };
}
