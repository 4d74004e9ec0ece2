import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How far ahead of the screen rows are drawn, in pixels. */
const AHEAD = "40px 0px";

/**
 * The first and the last of the elements in `place` that are near the screen.
 *
 * Told by the browser, which knows it also where the page scrolls in a part of itself, or stands in a frame of another.
 */
export function useBands(place: RefObject<HTMLElement | null>, count: number): { from: number; to: number } {
  const [near, setNear] = useState({ from: 0, to: 0 });
  useEffect(() => {
    if (!place.current || !count) return;
    const elements = [...place.current.children];
    const order = new Map(elements.map((element, at) => [element, at]));
    const there = new Set<number>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const at = order.get(target) ?? 0;
          if (isIntersecting) there.add(at);
          else there.delete(at);
        }
        // Out of sight altogether, it stays as it was.
        if (there.size) setNear({ from: Math.min(...there), to: Math.max(...there) });
      },
      { rootMargin: AHEAD, scrollMargin: AHEAD } as IntersectionObserverInit,
    );
    for (const element of elements) observer.observe(element);
    return () => observer.disconnect();
  }, [place, count]);
  return near;
}
