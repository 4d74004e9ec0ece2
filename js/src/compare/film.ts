import { listen } from "../hooks/effects";

/** The number of the frame at a time, from 0. */
export const frameNumber = (time: number, fps: number) => Math.floor(time * fps + 1e-3);

/** The middle of the frame at a time, of a film so long, so that rounding never lands on another frame. */
export function middleOf(time: number, fps: number, length: number): number {
  const last = Math.max(0, Math.ceil(length * fps - 1e-3) - 1);
  return (Math.min(last, Math.max(0, frameNumber(time, fps))) + 0.5) / fps;
}

/** A video that is played by a deck and not by its own controls. */
export interface Film {
  readonly video: HTMLVideoElement;
  readonly fps: number;
  /** Where it ends, in seconds. */
  end(): number;
  /** The time that it shows, or is on the way to. */
  now(): number;
  /** The middle of the frame at a time, so that rounding never lands on another frame. */
  middle(time: number): number;
  /** It has nothing more to show after this time: from here on it holds its last frame. */
  over(time: number): boolean;
  /** Shows the frame at a time, or the last one where it has ended by then. */
  show(time: number): void;
  /** Waits until the frame that was asked for last is there. Never fails: a broken film is not waited for. */
  settled(): Promise<void>;
  close(): void;
}

const USUAL_FPS = 24;
/** What keeps a film waiting ends with one of these. */
const NEWS = "seeked loadeddata canplay error emptied";

export function filmOf(video: HTMLVideoElement, fps: number | null): Film {
  const rate = fps || USUAL_FPS;
  let wanted: number | null = null;
  let asked: number | null = null;

  // One seek at a time: a browser that is asked anew before it is done shows no frame at all.
  function seek(): void {
    if (wanted === null || video.seeking || Math.abs(video.currentTime - wanted) < 1e-4) return;
    asked = wanted;
    video.currentTime = wanted;
  }
  const unheard = listen(video, "seeked", () => asked !== wanted && seek());

  const end = () => (Number.isFinite(video.duration) ? video.duration : 0);
  const last = () => Math.max(0, end() - 0.5 / rate);
  return {
    video,
    fps: rate,
    end,
    now: () => (video.seeking ? wanted : null) ?? video.currentTime,
    middle: (time) => middleOf(time, rate, end()),
    over: (time) => time >= last(),
    show(time) {
      wanted = Math.min(time, last());
      seek();
    },
    settled() {
      const there = () => video.error !== null || (!video.seeking && video.readyState >= 2);
      if (there()) return Promise.resolve();
      return new Promise((resolve) => {
        const unheard = listen(video, NEWS, () => {
          if (!there()) return;
          unheard();
          resolve();
        });
      });
    },
    close() {
      unheard();
      video.pause();
    },
  };
}
