import type { Take } from "../kernel/protocol";
import { canBeCompared } from "../studio/model/selecting";
import type { Session } from "../studio/model/session";
import { type StudioState, selectedTakes, takeById } from "../studio/model/state";
import { areSideBySide, clearSelected } from "../studio/selection/selecting";

/** How takes are looked at: one alone, several side by side, or several on one spot, one after the other. */
export type Mode = "one" | "side" | "blink";

export function modeOf(state: StudioState): Mode {
  if (selectedTakes(state).length < 2) return "one";
  return state.blink === null ? "side" : "blink";
}

/** The takes that would be compared: those selected, or the one that is open and the one that was before it. */
export function comparable(state: StudioState): Take[] {
  const selected = selectedTakes(state);
  if (selected.length > 1) return areSideBySide(selected) ? selected : [];
  const open = takeById(state, state.open?.take);
  const before = takeById(state, state.openedBefore ?? undefined);
  return open && before && open !== before && canBeCompared(open) && canBeCompared(before)
    ? [open, before]
    : [];
}

/** Looks at takes in another way, at the same moment of the film; false where there is nothing to compare. */
export function look(session: Session, mode: Mode): boolean {
  const { state } = session;
  const takes = comparable(state.get());
  if (takes.length < 2) return false;
  const before = modeOf(state.get());
  if (mode === before) return true;
  if (mode === "one" || before === "one") session.from = session.clock?.() ?? null;
  if (mode === "one") {
    const front = before === "blink" ? takes[state.get().blink ?? 0] : undefined;
    clearSelected(session);
    if (front) state.set({ open: { take: front.id, press: false } });
  } else {
    state.set({
      selected: takes.map(({ id }) => id),
      notSelected: null,
      // The other one at once, so that the first press shows what differs.
      blink: mode === "side" ? null : before === "one" ? 1 : 0,
    });
    state.set({ said: mode === "side" ? `${takes.length} takes are side by side.` : shown(state.get()) });
  }
  return true;
}

/** Flips to the next of the takes on one spot; false where there is nothing to flip to. */
export function blink(session: Session): boolean {
  const { state } = session;
  const now = state.get();
  if (now.blink === null || modeOf(now) !== "blink") return look(session, "blink");
  state.set({ blink: (now.blink + 1) % selectedTakes(now).length });
  state.set({ said: shown(state.get()) });
  return true;
}

function shown(state: StudioState): string {
  return `Take ${(state.blink ?? 0) + 1} of ${state.selected.length} is shown.`;
}
