import { listen } from "../../hooks/effects";
import { isModified } from "../../hooks/keys";
import { sweepAt } from "../keys/around";
import { typedBy } from "../keys/typed";
import type { Session } from "../model/session";
import { keptIn } from "../model/sweeping";
import { gather, meet, partOf } from "./gather";
import { selectTo, setSelected } from "./selecting";

/** Keys that lead from a poster to another. */
const LEADS = /^(Arrow|Home|End|Page)/;

/** The take whose poster an element is. */
const posterAt = (target: EventTarget | null) =>
  (target as Element).matches(".rk-take")
    ? (target as Element).closest<HTMLElement>("[data-take]")?.dataset.take
    : undefined;

/**
 * Has keys select within a studio, as in a list of files: with Shift, what they lead to is selected, and Ctrl or ⌘ with A
 * selects all. Returns what ends it.
 */
export function selectByKeys(session: Session, studio: Element | null | undefined): () => void {
  /** From where a key with Shift leads to another. */
  let from: string | undefined;
  const stops = [
    listen<KeyboardEvent>(
      studio,
      "keydown",
      (event) => {
        const take = posterAt(event.target);
        from = event.shiftKey && !isModified(event) && LEADS.test(event.key) ? take : undefined;
        if (!take || event.altKey || !(event.ctrlKey || event.metaKey) || typedBy(event) !== "a") return;
        event.preventDefault();
        void selectAll(session, event.target as Element);
      },
      { capture: true },
    ),
    listen<PointerEvent>(studio, "pointerdown", () => {
      from = undefined;
    }),
    listen<FocusEvent>(studio, "focusin", ({ target }) => {
      const to = posterAt(target);
      if (!from || !to || to === from) return;
      selectTo(session, to, target as Element, from);
      from = undefined;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Selects the takes of the sweep that an element stands in, or else all that the wall has found. */
async function selectAll(session: Session, at: Element): Promise<void> {
  const sweep = session.state.get().sweeps.find(({ id }) => id === sweepAt(at));
  if (sweep) return setSelected(session, keptIn(sweep));
  const found = await gather(session).catch(() => null);
  if (!found) return;
  meet(session, found.takes);
  const part = partOf(found);
  setSelected(
    session,
    found.takes.map(({ id }) => id),
    part ? `${part[0]?.toUpperCase()}${part.slice(1)} takes are selected.` : null,
  );
}
