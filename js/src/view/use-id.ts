import { useState } from "preact/hooks";

/** An id that no other view on the page has, be it of the same studio or of another: Preact's own count from zero. */
export function useId(): string {
  return useState(randomName)[0];
}

/** `crypto.randomUUID` is missing on plain http. */
export function randomName(): string {
  return `rk${Array.from(crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join("")}`;
}
