import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { sweepAt } from "../keys/around";
import { idsAround } from "../keys/order";
import { canBeCompared } from "../model/selecting";
import type { Session } from "../model/session";
import { selectedTakes, takeById } from "../model/state";

/** Takes that can be selected at once: as many as can be judged. */
export const MOST = 200;

/** More do not fit side by side. */
export const SIDE_BY_SIDE = 4;

/** Where a range begins, and what it had selected beyond that. */
interface Range {
  from: string;
  ids: readonly string[];
}
const ranges = new WeakMap<Session, Range>();

/** Selects a take, or deselects it; with Shift, all from the one that was selected last to this one. */
export function select(
  session: Session,
  { id }: Pick<Take, "id">,
  { shiftKey, target }: Pick<MouseEvent, "shiftKey" | "target">,
): void {
  if (shiftKey) selectTo(session, id, target as Element);
  else {
    const before = present(session);
    const others = before.filter((other) => other !== id);
    ranges.set(session, { from: id, ids: [] });
    setSelected(session, others.length < before.length ? others : [...before, id]);
  }
}

/**
 * Selects all from the one that was selected last to this one, as a list of files does: the next range from there
 * replaces this one. Where nothing is selected, it begins with the take that is open. A key goes from `start`, and a
 * range begins there where that is not selected.
 */
export function selectTo(session: Session, id: string, at: Element, start?: string): void {
  const { state } = session;
  const now = state.get();
  const before = present(session);
  const last = ranges.get(session);
  const from: Range =
    start && !before.includes(start)
      ? { from: start, ids: [] }
      : last && before.includes(last.from)
        ? last
        : { from: before.at(-1) ?? now.open?.take ?? id, ids: [] };
  const around = idsAround(now, id, sweepAt(at));
  const [first, end] = [around.indexOf(from.from), around.indexOf(id)];
  // They stand in different places, with nothing between them.
  if (first < 0 || end < 0) {
    ranges.set(session, { from: id, ids: [] });
    setSelected(session, [...before, id]);
    return;
  }
  const ids = first <= end ? around.slice(first, end + 1) : around.slice(end, first + 1).reverse();
  ranges.set(session, { from: from.from, ids: ids.slice(1) });
  setSelected(session, [...before.filter((other) => !from.ids.includes(other)), ...ids]);
}

/** Selects these takes and no others, as far as that many can be; `words` say that there are more. */
export function setSelected({ state }: Session, ids: readonly string[], words: string | null = null): void {
  const now = state.get();
  const all = [...new Set(ids)].filter((id) => takeById(now, id));
  const selected = all.slice(0, MOST);
  const takes = selectedTakes({ ...now, selected });
  const seen = takes.length > 1 && areSideBySide(takes) ? selected : [];
  const notSelected = all.length > MOST ? `At most ${MOST} takes can be selected.` : words;
  state.set({
    selected,
    unseen: new Set([...now.unseen].filter((other) => !seen.includes(other))),
    notSelected,
    said: notSelected ?? counted(takes),
    // What was said of one of other takes.
    ...(now.sheet?.state !== "making" && now.sheet?.of === "selected" && { sheet: undefined }),
  });
}

/** Selects nothing: the player shows what was open before, or the first of what was selected. */
export function clearSelected(session: Session): void {
  const { selected, open } = session.state.get();
  const [first] = selected;
  session.state.set({
    selected: [],
    blink: null,
    notSelected: null,
    open: open ?? (first && selected.length > 1 ? { take: first, press: false } : null),
    said: counted([]),
  });
}

/** Whether takes can be shown side by side. */
export function areSideBySide(takes: readonly Take[]): boolean {
  return takes.length <= SIDE_BY_SIDE && takes.every(canBeCompared);
}

/** Why a take of such a kind is not compared. */
export function whyNotCompared(take: Take): string {
  const { noun } = kindOf(take.kind);
  return `${noun[0]?.toUpperCase()}${noun.slice(1)} can't be compared side by side. Select videos or images.`;
}

/** What is selected, without what is not here any more. */
function present({ state }: Session): string[] {
  const now = state.get();
  return now.selected.filter((id) => takeById(now, id));
}

function counted(takes: readonly Take[]): string {
  const { length } = takes;
  if (length === 0) return "Nothing is selected.";
  if (length === 1) return "One take is selected. Select more to compare, judge or share them.";
  return areSideBySide(takes) ? `${length} takes are side by side.` : `${length} takes are selected.`;
}
