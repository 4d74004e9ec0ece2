import { listen } from "../hooks/effects";
import { createStore, type Store } from "../store";

export interface TapeState {
  /** Which of the two is heard now. */
  playing: 1 | 2 | null;
}

/** Plays two sounds one after the other. */
export interface Tape {
  state: Store<TapeState>;
  /** A sound is here, or has gone. */
  join(number: 1 | 2, audio: HTMLAudioElement | null): void;
  /** Plays both from the beginning. */
  play(): void;
  playOnly(number: 1 | 2): void;
  pause(): void;
  close(): void;
}

export function createTape(): Tape {
  const state = createStore<TapeState>({ playing: null });
  const sounds = new Map<1 | 2, { audio: HTMLAudioElement; unheard: () => void }>();
  /** What is to be played as soon as it is there. */
  let wanted: (1 | 2)[] = [];
  let tick = 0;

  function follow(): void {
    const { playing } = state.get();
    const audio = playing && sounds.get(playing)?.audio;
    if (!audio) return;
    audio.parentElement?.style.setProperty(
      "--rk-heard",
      `${(100 * audio.currentTime) / (audio.duration || 1)}%`,
    );
    tick = requestAnimationFrame(follow);
  }

  function quiet(): void {
    cancelAnimationFrame(tick);
    for (const { audio } of sounds.values()) {
      audio.pause();
      audio.parentElement?.style.removeProperty("--rk-heard");
    }
    state.set({ playing: null });
  }

  function go(): void {
    const [number] = wanted;
    const audio = number && sounds.get(number)?.audio;
    if (!number || !audio || state.get().playing === number) return;
    quiet();
    state.set({ playing: number });
    audio.currentTime = 0;
    // Not allowed by the browser, or paused meanwhile.
    audio.play().catch(() => state.get().playing === number && pause());
    tick = requestAnimationFrame(follow);
  }

  function want(numbers: (1 | 2)[]): void {
    quiet();
    wanted = numbers;
    go();
  }

  function pause(): void {
    wanted = [];
    quiet();
  }

  return {
    state,
    join(number, audio) {
      const before = sounds.get(number);
      if (before?.audio === audio) return;
      before?.unheard();
      sounds.delete(number);
      if (!audio) return;
      const unheard = listen(audio, "ended", () => {
        wanted = wanted.slice(1);
        quiet();
        go();
      });
      sounds.set(number, { audio, unheard });
      go();
    },
    play: () => want([1, 2]),
    playOnly: (number) => want([number]),
    pause,
    close() {
      pause();
      for (const { unheard } of sounds.values()) unheard();
      sounds.clear();
    },
  };
}
