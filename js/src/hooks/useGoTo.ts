import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A selector may be left in what this returns: its cell gets the focus and comes into sight once it is drawn in `box`. */
export function useGoTo(box: RefObject<HTMLElement | null>): { current: string | null } {
  const goTo = useRef<string | null>(null);
  useLayoutEffect(() => {
    const cell = goTo.current === null ? null : box.current?.querySelector(goTo.current);
    const button = cell?.querySelector<HTMLElement>(".rk-take, .rk-position");
    if (!button) return;
    goTo.current = null;
    button.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  return goTo;
}

/** What finds the cell of a take. */
export const byTake = (take: string) => `[data-take="${CSS.escape(take)}"]`;
