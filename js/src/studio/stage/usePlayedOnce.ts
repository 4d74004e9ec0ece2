import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { isCalm } from "../../hooks/motion";

/** How much of a film must be in sight before it plays by itself. */
const IN_SIGHT = 0.5;

/** Plays a film that has just come in, when it is in sight; not where a person wants no motion. */
export function usePlayedOnce(video: RefObject<HTMLVideoElement | null>, wanted: boolean): void {
  useEffect(() => {
    const element = video.current;
    if (!wanted || !element || isCalm()) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        observer.disconnect();
        // A browser that refuses shows its first frame.
        element.play().catch(() => {});
      },
      { threshold: IN_SIGHT },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [wanted]);
}
