import { useLayoutEffect, useState } from "preact/hooks";
import { listen } from "../../hooks/effects";
import type { Session } from "../model/session";

/** What tells that a film stands still, or goes on. */
const NEWS = "pause play seeked";

/**
 * Where a film stands still, in seconds; null while it plays, has not been touched, or is at its last frame.
 *
 * Also tells the session where the film is, and begins where what stood on the stage before it was.
 */
export function useStanding(
  session: Session,
  video: HTMLVideoElement | null,
  fps: number | null,
): number | null {
  const [at, setAt] = useState<number | null>(null);
  useLayoutEffect(() => {
    if (!video) return;
    const told = () => {
      const last = video.duration - 1 / (fps || 24);
      setAt(video.paused && video.currentTime < last ? video.currentTime : null);
    };
    const unheard = listen(video, NEWS, told);
    const clock = () => ({ time: video.currentTime, playing: !video.paused });
    session.clock = clock;
    const { from } = session;
    session.from = null;
    if (from) {
      video.currentTime = from.time;
      if (from.playing) void video.play().catch(() => {});
    }
    return () => {
      unheard();
      if (session.clock === clock) session.clock = null;
    };
  }, [session, video, fps]);
  return at;
}
