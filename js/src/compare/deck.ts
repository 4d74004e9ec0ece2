import { createStore, type Store } from "../store";
import { type Film, filmOf, middleOf } from "./film";

export interface DeckState {
  /** A person wants it to play. It may still wait for a film. */
  playing: boolean;
  /** Not every film is there yet. */
  waiting: boolean;
  /** Seconds of the longest. */
  length: number;
  /** The highest frame rate: that of a step. */
  fps: number;
  /** The films that have ended before the longest does, and hold their last frame. */
  held: readonly string[];
}

/** Plays several videos in step, on one timeline. It knows nothing of how they are laid out. */
export interface Deck {
  state: Store<DeckState>;
  /** Seconds on the timeline; changes with every picture. */
  clock: Store<{ time: number }>;
  /** A film will come; nothing plays before it has. Returns what takes it out again. */
  expect(id: string): () => void;
  /** The film is here: its video has its first frame. */
  join(id: string, video: HTMLVideoElement, fps: number | null): void;
  /** It will not come, and is not waited for any more. */
  fail(id: string): void;
  /** The film that is heard is the one that the others follow: a change of its speed would be audible. */
  hear(id: string | null): void;
  play(): void;
  pause(): void;
  /** Goes to a time, and plays on from there where it plays. */
  seek(time: number): void;
  /** Stops, and goes on or back by frames of the film with the highest rate. */
  step(frames: number): void;
  close(): void;
}

/** Seconds apart that a change of speed still catches up with; beyond, all are set anew. */
const FAR = 0.15;
/** Frames apart that cannot be seen. */
const NEAR = 0.25;
/** By how much of its speed a film hurries or lingers at most. */
const HURRY = 0.2;

export function createDeck({ time, playing } = { time: 0, playing: false }): Deck {
  const films = new Map<string, Film>();
  const pending = new Set<string>();
  const state = createStore<DeckState>({ playing, waiting: false, length: 0, fps: 24, held: [] });
  const clock = createStore({ time });
  let heard: string | null = null;
  let tick = 0;
  /** Rises with everything that is begun, so that what waited for something before knows that it is overtaken. */
  let turn = 0;

  const now = () => clock.get().time;
  /** Where it begins; the rate that its frames are counted by is known when all films are there. */
  let begin: number | null = time;
  const middle = (time: number) => middleOf(time, state.get().fps, state.get().length);

  function tell(time: number): void {
    clock.set({ time });
    const { held: before, length } = state.get();
    const held = [...films]
      .filter(([, film]) => film.over(time) && film.end() < length - 1 / film.fps)
      .map(([id]) => id);
    if (held.join() !== before.join()) state.set({ held });
  }

  function halt(): void {
    turn++;
    cancelAnimationFrame(tick);
    for (const { video } of films.values()) {
      video.pause();
      video.playbackRate = 1;
    }
  }

  function show(time: number): void {
    for (const film of films.values()) film.show(time);
    tell(time);
  }

  /** Sets all to one frame, waits until all show it, and lets them go together. */
  async function start(from: number): Promise<void> {
    halt();
    const mine = turn;
    show(from);
    state.set({ playing: true, waiting: true });
    if (pending.size) return;
    await Promise.all([...films.values()].map((film) => film.settled()));
    if (mine !== turn) return;
    state.set({ waiting: false });
    const going = [...films.values()].filter((film) => !film.over(from));
    if (!going.length) return pause();
    try {
      await Promise.all(going.map(({ video }) => video.play()));
    } catch {
      // Paused meanwhile, which somebody else has begun; or not allowed by the browser.
      if (mine === turn) pause();
      return;
    }
    if (mine === turn) tick = requestAnimationFrame(follow);
  }

  /** The one that is heard, else the longest, of those that still go on. */
  function leader(): Film | undefined {
    const going = [...films.values()].filter(
      (film) => !film.video.ended && film.video.currentTime < film.end(),
    );
    const first = heard === null ? undefined : films.get(heard);
    if (first && going.includes(first)) return first;
    return going.sort((a, b) => b.end() - a.end())[0];
  }

  function follow(): void {
    const lead = leader();
    if (!lead) return void start(middle(0));
    const time = lead.video.currentTime;
    tell(time);
    for (const film of films.values()) {
      const { video } = film;
      if (film === lead || film.over(time) || video.ended) continue;
      const drift = video.currentTime - time;
      if (Math.abs(drift) > FAR) return void start(middle(time));
      const rate = Math.abs(drift) < NEAR / film.fps ? 1 : 1 - Math.max(-HURRY, Math.min(HURRY, drift * 4));
      if (video.playbackRate !== rate) video.playbackRate = rate;
    }
    // What was followed until now may have hurried.
    if (lead.video.playbackRate !== 1) lead.video.playbackRate = 1;
    tick = requestAnimationFrame(follow);
  }

  function pause(): void {
    halt();
    state.set({ playing: false, waiting: pending.size > 0 });
    show(middle(now()));
  }

  /** Films have come or gone: their length and rate are told, and what is wanted goes on. */
  function changed(): void {
    const all = [...films.values()];
    state.set({
      length: Math.max(0, ...all.map((film) => film.end())),
      fps: Math.max(0, ...all.map((film) => film.fps)) || 24,
      waiting: pending.size > 0,
    });
    const at = middle(begin ?? now());
    if (!pending.size) begin = null;
    if (state.get().playing) void start(at);
    else show(at);
  }

  function drop(id: string): void {
    films.get(id)?.close();
    films.delete(id);
    pending.delete(id);
    changed();
  }

  return {
    state,
    clock,
    expect(id) {
      pending.add(id);
      state.set({ waiting: true });
      return () => drop(id);
    },
    join(id, video, fps) {
      films.get(id)?.close();
      films.set(id, filmOf(video, fps));
      pending.delete(id);
      changed();
    },
    fail: drop,
    hear(id) {
      heard = id;
    },
    play() {
      const { length, fps } = state.get();
      void start(now() >= length - 1 / fps ? middle(0) : middle(now()));
    },
    pause,
    seek(time) {
      begin = null;
      if (state.get().playing) void start(middle(time));
      else show(middle(time));
    },
    step(frames) {
      begin = null;
      if (state.get().playing) pause();
      show(middle(middle(now()) + frames / state.get().fps));
    },
    close() {
      halt();
      for (const film of films.values()) film.close();
      films.clear();
    },
  };
}
