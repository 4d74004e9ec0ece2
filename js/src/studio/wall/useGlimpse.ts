import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Take } from "../../kernel/protocol";
import type { Session } from "../model/session";

/** Milliseconds that a person rests on a take before it plays. */
const REST = 300;
/** Bytes up to which a file is fetched only to be glimpsed at. */
const LIGHT = 30e6;

/** The take on the wall that plays because a person rests on it, never more than one. */
export interface Glimpse {
  take: string;
  /** Blob URL of its file. */
  url: string;
}

/** Tells which take is rested on, by pointer or by focus; gives the one that plays. */
export function useGlimpse(session: Session) {
  const [glimpse, setGlimpse] = useState<Glimpse | null>(null);
  const resting = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const actions = useMemo(() => {
    function leave(): void {
      clearTimeout(timer.current);
      resting.current = null;
      setGlimpse(null);
    }
    function rest(take: Take): void {
      if (resting.current === take.id) return;
      clearTimeout(timer.current);
      setGlimpse(null);
      resting.current = take.id;
      if (take.kind !== "video" || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      timer.current = setTimeout(() => play(take), REST);
    }
    async function play(take: Take): Promise<void> {
      if (take.bytes > LIGHT && !session.media.peek(take.id)) return;
      const url = await session.media.fetch(take.id).catch(() => undefined);
      // What cannot be had is said where it is asked for, in the player.
      if (url && resting.current === take.id) setGlimpse({ take: take.id, url });
    }
    return { rest, leave };
  }, [session]);
  return { glimpse, ...actions };
}
