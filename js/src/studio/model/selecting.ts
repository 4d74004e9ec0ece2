import type { Connection } from "../../kernel/connection";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import type { Store } from "../../store";
import type { Session } from "./session";
import { type StudioState, selectedTakes, takeById } from "./state";

/** Tells the kernel which takes are looked at, for Python and for a page that is loaded again; returns what ends it. */
export function tellSelected(state: Store<StudioState>, { request }: Connection): () => void {
  return state.subscribe((now, before) => {
    if (now.selected === before.selected && now.open?.take === before.open?.take) return;
    request("selected", { takes: [...now.selected], open: now.open?.take ?? null }).catch(() => {});
  });
}

/** More do not fit side by side. */
export const MOST_SELECTED = 4;

export const canBeSelected = (take: Take) => kindOf(take.kind).compares;

/** Selects a take to compare it with others, or deselects it; says why where that cannot be. */
export function toggleSelected(session: Session, id: string): void {
  const now = session.state.get();
  const before = selectedTakes(now).map((take) => take.id);
  const take = takeById(now, id);
  const notSelected = take && !before.includes(id) ? refusal(take, before.length) : null;
  if (notSelected) session.state.set({ notSelected, said: notSelected });
  else {
    const others = before.filter((other) => other !== id);
    const selected = take && others.length === before.length ? [...before, id] : others;
    const looked = selected.length > 1 ? selected : [];
    const unseen = new Set([...now.unseen].filter((other) => !looked.includes(other)));
    session.state.set({ selected, unseen, notSelected, said: counted(selected.length) });
  }
}

/** Ends the comparison: the player shows what was open before, or the first of what was compared. */
export function clearSelected(session: Session): void {
  const { selected, open } = session.state.get();
  const [first] = selected;
  session.state.set({
    selected: [],
    blink: null,
    notSelected: null,
    open: open ?? (first && selected.length > 1 ? { take: first, press: false } : null),
    said: "Nothing is selected.",
  });
}

/** Why a take cannot be selected, of a kind that is not compared. */
export function whyNotSelected(take: Take): string {
  const { noun } = kindOf(take.kind);
  return `${noun[0]?.toUpperCase()}${noun.slice(1)} can't be compared side by side. Select videos or images.`;
}

function refusal(take: Take, already: number): string | null {
  if (!canBeSelected(take)) return whyNotSelected(take);
  if (already >= MOST_SELECTED) return "Four takes fit side by side. Take one out before you add another.";
  return null;
}

function counted(count: number): string {
  if (count === 0) return "Nothing is selected.";
  if (count === 1) return "One take is selected. Select another to compare it with.";
  return `${count} takes are side by side.`;
}
