import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { unlessRushing } from "./rushing";

/** Whether an element has come near the screen, and did not rush by. Once it has, it is. */
export function useNear(element: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    let callOff = () => {};
    // The second margin is that of a page that scrolls in a part of itself; browsers without it ask a little later.
    const margins = { rootMargin: "100px", scrollMargin: "100px" };
    const observer = new IntersectionObserver((entries) => {
      callOff();
      if (!entries.at(-1)?.isIntersecting) return;
      callOff = unlessRushing(() => {
        setNear(true);
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
