import { expect, test } from "vitest";
import type { Take } from "../../../src/kernel/protocol";
import { captionOf } from "../../../src/studio/wall/captions";
import { endpoint, take, veo } from "../../samples";

const scene = "The harbour at dawn, gulls rising from the masts in the mist,";
const of = (prompt: string, about: Partial<Take> = {}) => take({ prompt, ...about });
/** A caption as it is read, what differs in stars. */
const read = (one: Take, ...neighbours: Take[]) =>
  captionOf(one, neighbours, [endpoint(), veo])
    .map(({ text, differs }) => (differs ? text.replace(/^(.*?)( ?)$/, "*$1*$2") : text))
    .join("")
    .replaceAll("\u00a0", " ");

test("shows the words that differ from a neighbour's, and not those before them", () => {
  const [left, right] = [of(`${scene} pan left over the pier`), of(`${scene} pan right over the pier`)];
  expect(read(left, right)).toBe("… *left* over the pier · 5 s");
  expect(read(right, left, of(`${scene} tilt right over the pier`))).toBe(
    "… *pan right* over the pier · 5 s",
  );
  expect(read(of("A slow dolly"), of("A fast dolly"))).toBe("A *slow* dolly · 5 s");
});

test("leaves out what is the same between two that differ, and keeps to two lines", () => {
  const long = (first: string, last: string) =>
    of(`A ${first} boat leaves the harbour under a low sky full of gulls at ${last} and comes back`);
  const caption = read(long("red", "dawn"), long("blue", "dusk"));
  expect(caption).toBe("A *red* … *dawn* and comes back · 5 s");
  const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(" ");
  const cut = read(of(`first ${words}`), of(`other ${words}`));
  expect(cut).toMatch(/^\*first\* word0 .*… · 5 s$/);
  expect(cut.length).toBeLessThan(56);
});

test("shows a prompt that is like no neighbour's from its beginning", () => {
  expect(read(of("Fog comes in"), of("The lamp of the lighthouse turns once"))).toBe("Fog comes in · 5 s");
  expect(read(of("Fog comes in"))).toBe("Fog comes in · 5 s");
  expect(read(of("", { file: "voice.mp3", kind: "audio", duration: null }))).toBe("voice.mp3");
});

test("shows length, model and settings where they differ", () => {
  const usual = of("A boat");
  expect(read(of("A boat", { duration: 8 }), usual)).toBe("*8 s* · A boat");
  expect(read(of("A boat", { endpoint: veo.id, title: veo.title }), usual)).toBe("*Veo 3.1* · 5 s · A boat");
  expect(read(of("A boat", { settings: { duration: "5", cfg_scale: 0.7 } }), usual)).toBe(
    "*CFG scale 0.7* · 5 s · A boat",
  );
  expect(read(of("A boat", { settings: { generate_audio: false } }), usual)).toContain("*Sound off*");
  // Chance tells something only where nothing else does.
  const lucky = (seed: number, about: Partial<Take> = {}) => of("A boat", { settings: { seed }, ...about });
  expect(read(lucky(41), lucky(42))).toBe("*seed 41* · 5 s · A boat");
  expect(read(lucky(41, { duration: 8 }), lucky(42))).toBe("*8 s* · A boat");
});

test("counts the takes of one request, where nothing else tells them apart", () => {
  const [first, second] = [of("A boat"), of("A boat", { number: 2 })];
  expect(read(second, first)).toBe("*take 2* · 5 s · A boat");
  expect(read(first, second)).toBe("*take 1* · 5 s · A boat");
  expect(read(first, of("A boat"))).toBe("A boat · 5 s");
});

test("is written fast for the longest of prompts", () => {
  const words = (seed: number) => Array.from({ length: 400 }, (_, at) => `w${(at * seed) % 97}`).join(" ");
  const prompts = Array.from({ length: 60 }, (_, at) => of(words(at + 3)));
  const before = performance.now();
  for (const [at, one] of prompts.entries())
    captionOf(one, [prompts[at - 1] ?? one, prompts[at + 1] ?? one], []);
  expect(performance.now() - before).toBeLessThan(1000);
});
