import type { RefObject } from "preact";
import { listen } from "../../hooks/effects";

/** Pixels in a millisecond from which on nobody can make out a picture. */
const RUSH = 1.5;
/** Milliseconds after which it has come to rest, and between two looks whether it has. */
const REST = 100;

let at = Number.NEGATIVE_INFINITY;
let top = 0;
let speed = 0;

/** Follows how fast a wall goes by; returns what ends that. */
export function followScroll(wall: RefObject<HTMLElement | null>): () => void {
  const scrolled = () => scrolledTo(wall.current?.getBoundingClientRect().top ?? 0);
  return listen(window, "scroll", scrolled, { capture: true, passive: true });
}

/** A wall was scrolled to here. */
export function scrolledTo(now: number): void {
  const time = performance.now();
  speed = Math.abs(now - top) / Math.max(1, time - at);
  at = time;
  top = now;
}

/** Calls back once no wall rushes by, at once where none does; returns what calls it off. */
export function unlessRushing(then: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    if (speed > RUSH && performance.now() - at < REST) timer = setTimeout(look, REST);
    else then();
  };
  look();
  return () => clearTimeout(timer);
}
