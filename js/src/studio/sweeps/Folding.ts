import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { listen } from "../../hooks/effects";
import type { Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import type { StudioState } from "../model/state";
import { fold, isWhole, keptIn } from "../model/sweeping";

/** Milliseconds for which pointer and focus are elsewhere before anything moves. */
const CALM = 150;
const MOVES = "pointerover pointerout focusin focusout visibilitychange";

export interface FoldingProps {
  session: Session;
  sweep: Sweep;
  section: RefObject<HTMLElement | null>;
  playing: boolean;
}

/**
 * Draws nothing, and folds a sweep that is whole once its person has gone on: has changed the form, opened something else, or left the page.
 *
 * Nothing moves under them: not while it plays in step, nor while the pointer or the focus is in the grid or in anything
 * below, which would move. One that they have unfolded stays until they fold it.
 */
export function Folding({ session, sweep, section, playing }: FoldingProps): null {
  const { atWork } = useStore(session.state);
  const wanted = isWhole(sweep) && atWork === undefined && !playing;
  useEffect(() => {
    if (!wanted) return;
    let gone = document.hidden;
    let timer: ReturnType<typeof setTimeout> | undefined;
    function look(): void {
      gone ||= document.hidden;
      clearTimeout(timer);
      if (!gone) return;
      timer = setTimeout(() => {
        if (section.current && !isUsedFrom(section.current)) fold(session, sweep);
      }, CALM);
    }
    const unsubscribe = session.state.subscribe((now, before) => {
      if (!hasGoneOn(now, before, sweep)) return;
      gone = true;
      look();
    });
    const unheard = listen(document, MOVES, look, { capture: true, passive: true });
    look();
    return () => {
      clearTimeout(timer);
      unsubscribe();
      unheard();
    };
  }, [session, sweep, wanted]);
  return null;
}

function hasGoneOn(now: StudioState, before: StudioState, sweep: Sweep): boolean {
  if (now.draft !== before.draft || now.images !== before.images || now.sending) return true;
  const { open } = now;
  return open !== before.open && open !== null && !open.once && !keptIn(sweep).includes(open.take);
}

/** Whether the pointer or the focus is in an element, or in anything behind it in the page. */
function isUsedFrom(element: HTMLElement): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  const pointed = [...root.querySelectorAll(":hover")].at(-1);
  return [pointed, root.activeElement].some(
    (one) =>
      one && (one === element || element.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING),
  );
}
