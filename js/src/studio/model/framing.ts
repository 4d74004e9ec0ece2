import { fitting, type Wanted } from "../../form-values";
import type { Endpoint, Framing } from "../../kernel/protocol";

/** Pixels of an image as a person sees it. */
export interface Size {
  width: number;
  height: number;
}

/** Left, top, width and height of a part. */
export type Box = [number, number, number, number];

/** Ratios nearer than this are the same: 1920 × 1088 is 16:9. */
const NEAR = 0.01;

const RATIO = /^(\d+):(\d+)$/;

/** The margins' colours, by the words for them. */
export const MARGINS = { black: "#000000", white: "#ffffff" } as const;

/** "16:9" as a number; undefined for "auto" and all else. */
export function ratioOf(value: unknown): number | undefined {
  const [, width, height] = (typeof value === "string" && RATIO.exec(value)) || [];
  const ratio = Number(width) / Number(height);
  return ratio > 0 && Number.isFinite(ratio) ? ratio : undefined;
}

/** The aspect ratio of what the form asks for, "16:9"; undefined where it asks for none, or leaves it to the model. */
export function aspectOf(endpoint: Endpoint, wanted: Wanted): string | undefined {
  const field = endpoint.fields.find((one) => one.choices.some(ratioOf));
  if (!field) return undefined;
  const value = fitting(field, wanted[field.name]) ?? field.default;
  return ratioOf(value) ? String(value) : undefined;
}

/**
 * What of an image is sent, for the aspect ratio that is asked for.
 *
 * `decided` is what a person chose for this image, or how it was given. A part that was chosen for another ratio
 * keeps its middle, a margin its colour. Where nothing was decided, a video is made of the middle part, and null
 * stands for all of the image.
 */
export function framingFor(
  size: Size,
  aspect: string | undefined,
  decided: Framing | null,
  video: boolean,
): Framing | null {
  const ratio = ratioOf(aspect);
  if (aspect === undefined || ratio === undefined) {
    if (!decided) return null;
    // What was decided for a ratio says nothing where none is asked for.
    return decided.aspect == null ? decided : { fit: "whole", aspect: null };
  }
  const fits = near(size.width / size.height, ratio);
  if (decided?.fit === "whole") return { fit: "whole", aspect };
  if (decided?.fit === "crop" && decided.box) {
    const [left = 0, top = 0, width = 1, height = 1] = decided.box;
    if (near(width / height, ratio)) return { ...decided, aspect };
    if (!fits) return crop(size, aspect, left + width / 2, top + height / 2);
  }
  if (fits) return decided && { fit: "whole", aspect };
  if (decided?.fit === "pad") return { fit: "pad", ratio: aspect, colour: decided.colour ?? null, aspect };
  return video ? crop(size, aspect, size.width / 2, size.height / 2) : null;
}

/** Whether the image has the shape that is asked for already. */
export function matches(size: Size, aspect: string): boolean {
  return near(size.width / size.height, ratioOf(aspect) ?? 0);
}

/** As much of the image as there is in a ratio, with its middle as near to a point as it can be. */
export function crop(size: Size, aspect: string, x: number, y: number): Framing {
  const ratio = ratioOf(aspect) ?? size.width / size.height;
  const width = Math.max(1, Math.min(size.width, Math.round(size.height * ratio)));
  const height = Math.max(1, Math.min(size.height, Math.round(size.width / ratio)));
  return { fit: "crop", box: placed(size, [x - width / 2, y - height / 2, width, height]), aspect };
}

/**
 * A box as the part of an image that is kept: with an aspect ratio, the smallest part of that ratio around it, or as
 * much as there is of the image.
 */
export function around(size: Size, aspect: string | undefined, [left, top, width, height]: Box): Framing {
  const ratio = ratioOf(aspect);
  if (aspect === undefined || ratio === undefined)
    return { fit: "crop", box: placed(size, [left, top, Math.max(1, width), Math.max(1, height)]) };
  const most = crop(size, aspect, left + width / 2, top + height / 2);
  const [, , widest, highest] = most.box as Box;
  let high = Math.max(1, height, Math.ceil(width / ratio));
  // Whole pixels of a small box are not always of the ratio.
  while (high < highest && !near(Math.round(high * ratio) / high, ratio)) high++;
  const wide = Math.round(high * ratio);
  if (wide >= widest || high >= highest) return most;
  const x = left + width / 2 - wide / 2;
  return { fit: "crop", box: placed(size, [x, top + height / 2 - high / 2, wide, high]), aspect };
}

/** A part, moved by so many pixels and kept within the image. */
export function moved(size: Size, [left, top, width, height]: Box, x: number, y: number): Box {
  return placed(size, [left + x, top + y, width, height]);
}

function placed(size: Size, [left, top, width, height]: Box): Box {
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  return [within(left, size.width - width), within(top, size.height - height), width, height];
}

/** Whether two framings send the same; null sends all of it. */
export function sameFraming(one: Framing | null, other: Framing | null): boolean {
  return what(one) === what(other);
}

function what(framing: Framing | null): string {
  if (!framing || framing.fit === "whole") return "whole";
  return JSON.stringify(framing.fit === "crop" ? framing.box : [framing.ratio, framing.colour]);
}

function near(one: number, other: number): boolean {
  return Math.abs(one / other - 1) < NEAR;
}
