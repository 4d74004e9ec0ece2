import { withLate } from "../late/late";
import type { Session } from "../model/session";
import { HIGHEST, pick, rate } from "../wall/opinions";
import { undoReject } from "../wall/rejecting";
import { focusTake, goToUnjudged, rejectAt, takeAt } from "./around";
import { typedBy } from "./typed";

/** Asks the studio that it bubbles through to list its keys. */
export const LIST_KEYS = "rk-list-keys";

const RATINGS = Array.from({ length: HIGHEST + 1 }, (_, rating) => String(rating));

/** What takes letters and digits itself. */
const TYPING = "input, textarea, select, dialog, [contenteditable]";

/**
 * Does what a key of the studio says: rates, picks, rejects, goes on. What has keys of its own has handled them before,
 * and prevented the default; here is what is left.
 */
export function studioKey(session: Session, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || event.isComposing || target.closest(TYPING)) return;
  if (act(session, event, target)) event.preventDefault();
}

/** Whether the key was one of the studio's. */
function act(session: Session, event: KeyboardEvent, target: HTMLElement): boolean {
  const { key } = event;
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) return typedBy(event) === "z" && bringBack(session, target);
  if (key === "?") return target.dispatchEvent(new CustomEvent(LIST_KEYS, { bubbles: true }));
  // The form has its own uses of Escape, and its buttons nothing to do with a take.
  if (target.closest(".rk-at-form")) return false;
  if (key === "Escape") return back(session, target);
  const take = takeAt(session, target);
  const typed = typedBy(event);
  const known = ["p", "x", "n", "b", ...RATINGS].includes(typed);
  // Held down, X would reject one after the other.
  if (!known || event.repeat || session.state.get().liveness === "gone") return known;
  if (typed === "b") void withLate(session, ({ blink }) => blink(session));
  else if (typed === "n") void goToUnjudged(session, target, take?.id ?? "");
  else if (!take) return false;
  else if (typed === "p") void pick(session, take);
  else if (typed === "x") rejectAt(session, target, take);
  else void rate(session, take, Number(typed));
  return true;
}

function bringBack(session: Session, target: HTMLElement): boolean {
  const take = undoReject(session);
  if (take) focusTake(session, target, take);
  return take !== undefined;
}

/**
 * Goes one step back: from a selection to none, and then from the studio to the host, whose own keys work again where the
 * cell that the studio stands in has the focus.
 */
function back(session: Session, target: HTMLElement): boolean {
  if (session.state.get().selected.length) {
    void withLate(session, ({ clearSelected }) => clearSelected(session));
    return true;
  }
  const root = target.closest(".rk-root");
  const host = root?.parentElement?.closest<HTMLElement>("[tabindex]");
  if (host) host.focus({ preventScroll: true });
  else target.blur();
  return true;
}
