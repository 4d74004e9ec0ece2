import type { Endpoint } from "../protocol";
import { spoken } from "../words";

const TITLES: { [slot: string]: string } = { start: "Start image", end: "End image" };

/** What an image slot is called; the only one of an endpoint is just "Image". */
export function slotTitle(endpoint: Endpoint, slot: string): string {
  return endpoint.images.length === 1 ? "Image" : (TITLES[slot] ?? spoken(slot));
}
