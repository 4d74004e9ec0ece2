import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { unlessRushing } from "./rushing";

/** How wide an element is, once it has come near the screen and did not rush by; null before. */
export function useNear(element: RefObject<Element | null>): number | null {
  const [near, setNear] = useState<number | null>(null);
  useEffect(() => {
    if (!element.current) return;
    let callOff = () => {};
    // The second margin is that of a page that scrolls in a part of itself; browsers without it ask a little later.
    const margins = { rootMargin: "100px", scrollMargin: "100px" };
    const observer = new IntersectionObserver((entries) => {
      callOff();
      const entry = entries.at(-1);
      if (!entry?.isIntersecting) return;
      callOff = unlessRushing(() => {
        setNear(entry.boundingClientRect.width);
        observer.disconnect();
      });
    }, margins);
    observer.observe(element.current);
    return () => {
      callOff();
      observer.disconnect();
    };
  }, [element]);
  return near;
}
