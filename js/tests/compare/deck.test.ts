import { afterEach, expect, test } from "vitest";
import { createDeck, type Deck } from "../../src/compare/deck";
import { eventually } from "../mounted";
import { frameShown, loaded, NUMBERED, type Numbered, wait } from "../numbered";

const open: (() => void)[] = [];
afterEach(() => {
  for (const undo of open.splice(0)) undo();
});

async function deckOf(...which: Numbered[]): Promise<{ deck: Deck; videos: HTMLVideoElement[] }> {
  const deck = createDeck();
  const videos = await Promise.all(which.map(loaded));
  open.push(() => {
    deck.close();
    for (const video of videos) video.remove();
  });
  which.forEach((_, place) => {
    deck.expect(String(place));
  });
  for (const [place, name] of which.entries())
    deck.join(String(place), videos[place] as HTMLVideoElement, NUMBERED[name].fps);
  return { deck, videos };
}

/** Seconds that the frame begins at which each video shows. */
const times = (videos: HTMLVideoElement[], ...which: Numbered[]) =>
  videos.map((video, place) => frameShown(video) / NUMBERED[which[place] ?? "slow"].fps);
const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const apart = (seconds: number[]) => Math.max(...seconds) - Math.min(...seconds);
const still = (videos: HTMLVideoElement[]) =>
  eventually(() => videos.every((video) => !video.seeking && video.readyState >= 2)).toBe(true);

test("four films are in step after a second of playing, on what is seen", async () => {
  const which = ["slow", "quick", "quick", "slow"] as const;
  const { deck, videos } = await deckOf(...which);
  deck.play();
  await eventually(() => deck.clock.get().time).toBeGreaterThan(1);
  const alike: number[] = [];
  const all: number[] = [];
  for (let look = 0; look < 21; look++) {
    const [a = -1, b = -1, c = -1, d = -1] = videos.map(frameShown);
    alike.push(Math.max(Math.abs(a - d), Math.abs(b - c)));
    all.push(apart(times(videos, ...which)));
    await wait(30);
  }
  // A machine that has other things to do draws some frames late: most looks count.
  expect(median(alike)).toBeLessThanOrEqual(1);
  // In perfect step they may begin a frame's time apart, since their rates differ.
  expect(median(all)).toBeLessThanOrEqual(1 / 24 + 1 / 30);
  expect(videos.every((video) => video.paused)).toBe(false);
});

test("what is thrown out of step comes back into it", async () => {
  const { deck, videos } = await deckOf("slow", "quick");
  deck.play();
  await eventually(() => deck.clock.get().time).toBeGreaterThan(0.3);
  const [, quick] = videos;
  if (quick) quick.currentTime += 0.6;
  await eventually(() => apart(times(videos, "slow", "quick"))).toBeGreaterThan(0.3);
  await eventually(() => apart(times(videos, "slow", "quick"))).toBeLessThanOrEqual(1 / 24 + 1 / 30);
});

test("a step is one frame of the highest rate, and all show the frame of that time", async () => {
  const { deck, videos } = await deckOf("slow", "quick");
  for (let frame = 1; frame <= 7; frame++) {
    deck.step(1);
    await still(videos);
    expect(videos[1] && frameShown(videos[1])).toBe(frame);
    expect(apart(times(videos, "slow", "quick"))).toBeLessThanOrEqual(1 / 24);
  }
  deck.step(-2);
  await still(videos);
  expect(videos[1] && frameShown(videos[1])).toBe(5);
  deck.step(-100);
  await still(videos);
  expect(videos.map(frameShown)).toEqual([0, 0]);
});

test("the shorter film holds its last frame and is said to, and all loop when the longest ends", async () => {
  const { deck, videos } = await deckOf("slow", "quick");
  expect(deck.state.get()).toMatchObject({ fps: 30, waiting: false, held: [] });
  expect(deck.state.get().length).toBeCloseTo(3, 1);
  deck.seek(2.5);
  await still(videos);
  expect(deck.state.get().held).toEqual(["1"]);
  expect(videos.map(frameShown)).toEqual([60, 59]);
  deck.play();
  await eventually(() => deck.clock.get().time).toBeGreaterThan(2.7);
  expect(videos[1]?.paused).toBe(true);
  await eventually(() => deck.clock.get().time).toBeLessThan(1);
  await eventually(() => deck.clock.get().time).toBeGreaterThan(0.3);
  expect(deck.state.get().held).toEqual([]);
  expect(videos.map((video) => video.paused)).toEqual([false, false]);
});

test("nothing plays before every film is there, and one that does not come is not waited for", async () => {
  const { deck, videos } = await deckOf("slow");
  const out = deck.expect("late");
  deck.play();
  await wait(150);
  expect(deck.state.get()).toMatchObject({ playing: true, waiting: true });
  expect(videos[0]?.paused).toBe(true);
  deck.fail("late");
  await eventually(() => videos[0]?.paused).toBe(false);
  out();
  deck.pause();
  expect(videos[0]?.paused).toBe(true);
  expect(deck.state.get().playing).toBe(false);
});

test("many places asked for at once end at the last of them", async () => {
  const { deck, videos } = await deckOf("slow", "quick");
  for (let place = 0; place < 30; place++) deck.seek((place / 30) * 1.9);
  await wait(50);
  deck.seek(1.5);
  await eventually(() => videos.map((video) => !video.seeking && frameShown(video))).toEqual([36, 45]);
});
