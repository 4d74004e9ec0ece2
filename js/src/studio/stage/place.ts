import { kindOf } from "../../kernel/kind-of";
import type { ImageSlot } from "../../kernel/protocol";
import { isOccupied } from "../model/stage";
import { chosenEndpoint, type StudioState } from "../model/state";
import { hasStart, placesOf } from "../outputs/pick";

/** The place that the empty stage takes an image for; undefined where there is one, or words are enough. */
export function placeOnStage(state: StudioState): ImageSlot | undefined {
  const endpoint = chosenEndpoint(state);
  const [main] = endpoint ? placesOf(state, endpoint) : [];
  if (!endpoint || !main || isOccupied(state) || hasStart(state)) return undefined;
  const upload = state.uploads[main.slot];
  if (upload && !upload.error) return undefined;
  return main.required || kindOf(endpoint.output).has_frames ? main : undefined;
}
