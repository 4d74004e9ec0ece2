import { useEffect, useRef, useState } from "preact/hooks";
import { memo } from "../../view/memo";
import { unlessRushing } from "../poster/rushing";
import { Position, type PositionProps } from "./Position";

/** How far ahead of the screen positions are drawn, in pixels. */
const AHEAD = "20px";

const told = new WeakMap<Element, (near: boolean) => void>();
/** One for all: there may be a thousand positions. */
let observer: IntersectionObserver | undefined;

function observe(element: Element, tell: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
    },
    // The second margin is that of a page that scrolls in a part of itself.
    { rootMargin: AHEAD, scrollMargin: AHEAD } as IntersectionObserverInit,
  );
  told.set(element, tell);
  observer.observe(element);
  return () => {
    told.delete(element);
    observer?.unobserve(element);
  };
}

/** The place of a position, always of one size. Of many, those far from the screen are not drawn. */
export const Place = memo(
  (props: Omit<PositionProps, "onFocus"> & { many: boolean; at: number; onAt: (at: number) => void }) => {
    const { many, at, onAt, ...about } = props;
    const { tabStop, position } = about;
    const place = useRef<HTMLDivElement>(null);
    const [near, setNear] = useState(!many);
    useEffect(() => {
      if (!many || !place.current) return setNear(true);
      let callOff = () => {};
      const unobserve = observe(place.current, (now) => {
        callOff();
        if (now) callOff = unlessRushing(() => setNear(true));
        else setNear(false);
      });
      return () => {
        callOff();
        unobserve();
      };
    }, [many]);
    return (
      <div
        class="rk-place"
        ref={place}
        data-at={at}
        data-take={position.state === "kept" ? position.job : undefined}
      >
        {/* The one that has the focus stays, wherever the page is scrolled to. */}
        {near || tabStop ? <Position {...about} onFocus={() => onAt(at)} /> : null}
      </div>
    );
  },
);
