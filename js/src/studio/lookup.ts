import type { Take } from "../protocol";
import type { StudioState } from "./state";

/** A take by its id: one of the newest, or one that the wall has found. */
export function takeById(
  state: Pick<StudioState, "takes" | "wall">,
  id: string | undefined,
): Take | undefined {
  if (id === undefined) return undefined;
  return state.takes.find((take) => take.id === id) ?? state.wall.known.get(id);
}
