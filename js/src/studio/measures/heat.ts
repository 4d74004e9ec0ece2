import type { Measure, Sweep } from "../../kernel/protocol";
import { type StudioState, takeById } from "../model/state";
import { measureBy, measuredOf } from "./known";

/** What is shown as a heat map: a measure, or what a person has rated. */
export type Scale = Pick<Measure, "name" | "label" | "unit" | "digits">;

export const RATING: Scale = { name: "rating", label: "Rating", unit: "★", digits: 0 };

/** A sweep's positions by one measure. */
export interface Heat {
  scale: Scale;
  /** By position: a value, or why a take has none; undefined where there is no take. */
  values: (number | string | undefined)[];
  /** Takes that are not measured yet. */
  unmeasured: number;
  least: number;
  most: number;
}

const before = new WeakMap<Sweep, { deps: unknown[]; heat: Heat | null }>();

/** The heat map of a sweep; null where none is wanted. Each position asks for it, and it is made once. */
export function heatOf(state: StudioState, sweep: Sweep): Heat | null {
  const by = state.heat?.[sweep.id];
  const scale = by === RATING.name ? RATING : measureBy(state, by);
  if (!scale) return null;
  const deps = [scale, state.takes, state.wall.known, state.measured];
  const made = before.get(sweep);
  if (made?.deps.every((one, at) => one === deps[at])) return made.heat;
  const heat = measured(state, sweep, scale);
  before.set(sweep, { deps, heat });
  return heat;
}

function measured(state: StudioState, sweep: Sweep, scale: Scale): Heat {
  const takes = new Map(state.takes.map((take) => [take.id, take]));
  let unmeasured = 0;
  const values = sweep.positions.map(({ state: stands, job }) => {
    if (stands !== "kept" || job === null) return undefined;
    const take = takes.get(job) ?? takeById(state, job);
    if (scale === RATING) return take?.rating || "not rated";
    const found = measuredOf(state, take ?? job);
    if (!found) unmeasured++;
    return found?.values[scale.name] ?? (found ? "no value" : "not measured");
  });
  const numbers = values.filter((value) => typeof value === "number");
  return { scale, values, unmeasured, least: Math.min(...numbers), most: Math.max(...numbers) };
}

/**
 * Colours from little to much, told apart by their lightness too, so by everybody: "cividis", without its darkest end,
 * which would be lost on a dark page.
 */
const COLOURS = [
  [24, 58, 110],
  [65, 77, 107],
  [124, 123, 120],
  [188, 175, 111],
  [255, 234, 70],
] as const;

type Rgb = readonly [number, number, number];

/** The colour of a part of the scale from 0 to 1, and that of words on it. */
export function tint(part: number): { fill: string; ink: string } {
  const at = Math.max(0, Math.min(1, part)) * (COLOURS.length - 1);
  const low = COLOURS[Math.floor(at)] as Rgb;
  const high = COLOURS[Math.ceil(at)] as Rgb;
  const mixed = low.map((one, index) => Math.round(one + ((high[index] ?? 0) - one) * (at % 1)));
  return { fill: `rgb(${mixed.join(" ")})`, ink: brightness(mixed) > MIDDLE ? "#000" : "#fff" };
}

/** Where black and white are read equally well on a colour. */
const MIDDLE = 0.179;

function brightness(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Where a value lies on the scale; in the middle where all are the same. */
export function partOf({ least, most }: Heat, value: number): number {
  return most > least ? (value - least) / (most - least) : 0.5;
}

/** The whole scale as a background, from left to right. */
export const SPECTRUM = `linear-gradient(90deg, ${COLOURS.map((colour) => `rgb(${colour.join(" ")})`).join(", ")})`;
