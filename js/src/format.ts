/** Numbers as a person reads them. Plain text, in English like the rest of the studio. */

import { kindOf } from "./kernel/kind-of";

/** Holds a number and its unit on one line. */
export const NBSP = "\u00a0";

/** 72 → "1 min 12 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}${NBSP}s`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours) return minutes ? `${hours}${NBSP}h ${minutes}${NBSP}min` : `${hours}${NBSP}h`;
  return whole % 60 ? `${minutes}${NBSP}min ${whole % 60}${NBSP}s` : `${minutes}${NBSP}min`;
}

/** A video's length as players write it: 5 → "0:05". */
export function timecode(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A time in a video to a tenth, cut off and not rounded: 2.49 → "0:02.4". */
export function exactTime(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-3);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}

/** 4_100_000 → "4.1 MB". */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes}${NBSP}bytes`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)}${NBSP}KB`;
  return `${(bytes / 1e6).toFixed(bytes < 99.5e6 ? 1 : 0)}${NBSP}MB`;
}

export function pixels(width: number, height: number): string {
  return `${width}${NBSP}×${NBSP}${height}`;
}

/** "23 Nov 2026, 14:05" in the person's own time zone. */
export function moment(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/** The message of anything thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function isAbort(error: unknown): boolean {
  return (error as Error | null)?.name === "AbortError";
}

/** 2, "video" → "2 videos"; with "new" → "2 new videos". */
export function counted(count: number, output: string | undefined, of = ""): string {
  const { one, several } = kindOf(output);
  return `${count}${NBSP}${of && `${of} `}${count === 1 ? one : several}`;
}
