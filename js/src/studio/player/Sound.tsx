import { useEffect, useRef, useState } from "preact/hooks";
import { exactTime, timecode } from "../../format";
import { listen } from "../../hooks/effects";
import { isModified } from "../../hooks/keys";
import type { Take } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";

/** Seconds from one place of the playhead to the next. */
const STEP = 0.1;
/** What tells where the sound is. */
const MOVES = "play pause seeked timeupdate loadedmetadata durationchange";

export interface SoundProps {
  take: Take;
  /** Blob URL of the file once it is here. */
  url: string | undefined;
  /** Its waveform; undefined where there is none. */
  poster: string | undefined;
  /** Start at once: a person asked for it. */
  play: boolean;
  onError: () => void;
}

/** A sound as its waveform, with a playhead that is dragged or moved by keys, above the browser's own player. */
export function Sound({ take, url, poster, play, onError }: SoundProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const head = useRef<HTMLInputElement>(null);
  const [time, setTime] = useState(0);
  const length = take.duration ?? 0;

  useEffect(() => {
    const { current: sound } = audio;
    if (!sound) return;
    let tick = 0;
    const follow = () => {
      // The element alone: nothing is drawn anew for it.
      if (head.current) head.current.value = String(sound.currentTime);
      tick = sound.paused ? 0 : requestAnimationFrame(follow);
    };
    const unheard = listen(sound, MOVES, () => {
      setTime(sound.currentTime);
      cancelAnimationFrame(tick);
      follow();
    });
    return () => {
      unheard();
      cancelAnimationFrame(tick);
    };
  }, [url]);

  function onKeyDown(event: KeyboardEvent): void {
    const { current: sound } = audio;
    if (event.key !== " " || isModified(event) || !sound) return;
    event.preventDefault();
    if (sound.paused) void sound.play().catch(() => {});
    else sound.pause();
  }

  return (
    <div class="rk-wave">
      <div class="rk-wave-picture">
        {poster ? <img src={poster} alt="" draggable={false} /> : <Icon name="sound" />}
        <input
          ref={head}
          type="range"
          class="rk-wave-head"
          aria-label="Playhead"
          aria-valuetext={`${exactTime(time)} of ${timecode(length)}`}
          title="Drag to go through it · ← → step · Space play"
          min={0}
          max={length}
          step={STEP}
          defaultValue="0"
          disabled={!url || !length}
          onKeyDown={onKeyDown}
          onInput={({ currentTarget }) => {
            if (audio.current) audio.current.currentTime = currentTarget.valueAsNumber;
          }}
        />
      </div>
      {url ? (
        // biome-ignore lint/a11y/useMediaCaption: made by a model, there are no captions
        <audio
          ref={audio}
          src={url}
          controls
          preload="auto"
          autoplay={play}
          aria-label={`Sound: ${take.prompt}`}
          onError={onError}
        />
      ) : (
        <span class="rk-small rk-dim rk-wave-wait" aria-busy="true">
          Fetching the file
        </span>
      )}
    </div>
  );
}
