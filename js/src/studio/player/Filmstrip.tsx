import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Film, filmOf, frameNumber } from "../../compare/film";
import { exactTime, timecode } from "../../format";
import { listen } from "../../hooks/effects";
import { isModified } from "../../hooks/keys";
import type { Take } from "../../kernel/protocol";
import type { Sprite } from "../model/sprites";
import { frameAt, tile } from "../sprite";

/** Milliseconds that a browser may take for a frame before the sprite's stands in for it. */
const PATIENCE = 25;
/** Frames that Shift makes of one. */
const FAR = 10;
/** A film is tall below this ratio, and so narrow that the strip has every frame of the sprite. */
const TALL = 0.8;

export interface FilmstripProps {
  take: Take;
  /** The film, once it is on the screen. */
  video: HTMLVideoElement | null;
  sprite: Sprite | null | undefined;
  /** Where the film stands still, in seconds; null while it plays, or has not been touched. */
  at: number | null;
  /** A frame of the sprite is to stand in for one that is not there yet; null when it is. */
  onStandIn: (frame: number | null) => void;
}

/** Frames of a film in a row, with where it is now; dragging over them, or the arrow keys, go through it. */
export function Filmstrip({ take, video, sprite, at, onStandIn }: FilmstripProps) {
  const strip = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLElement>(null);
  const drag = useRef<{ playing: boolean } | null>(null);
  const film = useMemo(() => video && filmOf(video, take.fps), [video, take.fps]);
  const seeking = useRef<Seeking | null>(null);
  const standIn = useRef({ sprite, onStandIn });
  standIn.current = { sprite, onStandIn };

  const place = (time: number) => {
    // By a transform, which moves nothing else.
    if (head.current && film)
      head.current.style.transform = `translateX(${(100 * time) / (film.end() || 1)}%)`;
  };

  useEffect(() => {
    if (!film || !video) return;
    const seek = followSeeking(film, (time) => {
      const { sprite, onStandIn } = standIn.current;
      onStandIn(sprite && time !== null ? frameAt(sprite, time / (film.end() || 1)) : null);
    });
    seeking.current = seek;
    let tick = 0;
    const follow = () => {
      if (!drag.current) place(video.currentTime);
      // With the film's own frames, of which there are fewer than the screen's. Old Firefoxes have a few each second.
      tick = video.paused ? 0 : (video.requestVideoFrameCallback?.(follow) ?? 0);
    };
    const start = () => {
      video.cancelVideoFrameCallback?.(tick);
      follow();
    };
    const paused = () => {
      // What is shown is one frame and no other, also for the kernel. Keys may have gone on from it by now.
      if (!drag.current && film.now() > 0) film.show(film.middle(film.now()));
    };
    const unheard = [listen(video, MOVES, start), listen(video, "pause", paused)];
    start();
    return () => {
      for (const stop of unheard) stop();
      video.cancelVideoFrameCallback?.(tick);
      seek.close();
      film.close();
    };
  }, [film, video]);

  function show(time: number): void {
    if (!film) return;
    const wanted = film.middle(Math.min(Math.max(time, 0), film.end()));
    place(wanted);
    film.show(wanted);
    seeking.current?.begun(wanted);
  }

  function go(event: PointerEvent): void {
    const box = strip.current?.getBoundingClientRect();
    if (box && film) show(((event.clientX - box.left) / (box.width || 1)) * film.end());
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 || !video) return;
    strip.current?.setPointerCapture(event.pointerId);
    drag.current = { playing: !video.paused };
    video.pause();
    go(event);
  }

  function onPointerUp(): void {
    const playing = drag.current?.playing;
    drag.current = null;
    if (playing) void video?.play().catch(() => {});
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!film || !video || isModified(event)) return;
    const frames = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (event.key === " ") {
      if (video.paused) void video.play().catch(() => {});
      else video.pause();
    } else if (frames !== undefined) {
      video.pause();
      show(film.middle(film.now()) + (frames * (event.shiftKey ? FAR : 1)) / film.fps);
    } else if (event.key === "Home" || event.key === "End") {
      video.pause();
      show(event.key === "Home" ? 0 : film.end());
    } else return;
    event.preventDefault();
  }

  const length = take.duration ?? 0;
  const time = at ?? 0;
  const cells = (take.width ?? 16) / (take.height ?? 9) < TALL ? 24 : 8;
  const frame = frameNumber(time, film?.fps ?? 24) + 1;
  return (
    <div
      ref={strip}
      class="rk-strip"
      role="slider"
      tabIndex={0}
      aria-label="Filmstrip"
      aria-disabled={!video}
      aria-valuemin={0}
      aria-valuemax={length}
      aria-valuenow={time}
      aria-valuetext={`${exactTime(time)} of ${timecode(length)}, frame ${frame}`}
      title="Drag to look through it · ← → step · Space play"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => drag.current && go(event)}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onKeyDown={onKeyDown}
    >
      {Array.from({ length: cells }, (_, cell) => (
        <span key={cell} class="rk-strip-cell">
          {sprite ? (
            <i
              style={{
                ...tile(sprite, frameAt(sprite, (cell + 0.5) / cells)),
                "--rk-own": sprite.width / sprite.height,
              }}
            />
          ) : null}
        </span>
      ))}
      <b ref={head} class="rk-strip-head" hidden={!video} />
    </div>
  );
}

const MOVES = "play seeked timeupdate loadedmetadata";

interface Seeking {
  /** A frame is asked for. */
  begun(time: number): void;
  close(): void;
}

/** Tells for which time a frame is awaited for long, and null once it is there. */
function followSeeking({ video }: Film, tell: (time: number | null) => void): Seeking {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  let told = false;
  /** The last frame took long: the next is not waited for. */
  let slow = false;
  let wanted = 0;
  const began = () => {
    since = performance.now();
  };
  const ended = () => {
    // Where it seeks again, a newer frame is wanted already.
    if (video.seeking) return;
    slow = performance.now() - since > PATIENCE;
    clearTimeout(timer);
    timer = undefined;
    if (told) tell(null);
    told = false;
  };
  const look = () => {
    timer = undefined;
    if (!video.seeking) return;
    const left = PATIENCE - (performance.now() - since);
    if (left > 0) timer = setTimeout(look, left);
    else {
      told = true;
      tell(wanted);
    }
  };
  const unheard = [listen(video, "seeking", began), listen(video, "seeked", ended)];
  return {
    begun(time) {
      wanted = time;
      if (told || (slow && video.seeking)) {
        told = true;
        tell(time);
      } else timer ??= setTimeout(look, PATIENCE);
    },
    close() {
      clearTimeout(timer);
      for (const stop of unheard) stop();
    },
  };
}
