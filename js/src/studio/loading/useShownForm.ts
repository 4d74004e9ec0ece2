import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../model/session";

/** Things by which a person turns to a view. */
const TURNS = ["pointerdown", "focusin"] as const;

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
    for (const name of TURNS) view.addEventListener(name, turn);
    return () => {
      for (const name of TURNS) view.removeEventListener(name, turn);
      if (session.form === shown) session.form = null;
    };
  }, [session]);
  return form;
}
