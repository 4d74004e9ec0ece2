import { useRef, useState } from "preact/hooks";
import type { Found } from "./found";

/** What is held back while a person looks at something further down, so that it does not move. */
export interface Held {
  /** The ids to show. */
  ids: readonly string[];
  /** How many wait above them. */
  waiting: number;
  /** Shows those too. */
  release(): void;
}

/** Holds back takes that come in while the wall `isScrolled`. */
export function useHeld(wall: Found, isScrolled: () => boolean): Held {
  const [, redraw] = useState({});
  /** The first that is shown, while others wait above it. */
  const first = useRef<string | null>(null);
  const before = useRef(wall);
  const [head] = before.current.ids;
  if (before.current.filters !== wall.filters) first.current = null;
  else if (first.current === null && head !== undefined && head !== wall.ids[0] && isScrolled())
    first.current = head;
  before.current = wall;
  const waiting = first.current === null ? 0 : Math.max(0, wall.ids.indexOf(first.current));
  return {
    ids: waiting ? wall.ids.slice(waiting) : wall.ids,
    waiting,
    release() {
      if (first.current === null) return;
      first.current = null;
      redraw({});
    },
  };
}
