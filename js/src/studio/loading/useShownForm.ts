import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { listen } from "../../hooks/effects";
import type { Session } from "../model/session";

/** Things by which a person turns to a view. */
const TURNS = "pointerdown focusin";

/** The form of a view, to which the session turns when a person turns to this view. */
export function useShownForm(session: Session): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    const shown = form.current;
    const view = shown?.closest(".rk-studio");
    if (!shown || !view) return;
    const turn = () => {
      session.form = shown;
    };
    if (!session.form) turn();
    const unheard = listen(view, TURNS, turn);
    return () => {
      unheard();
      if (session.form === shown) session.form = null;
    };
  }, [session]);
  return form;
}
