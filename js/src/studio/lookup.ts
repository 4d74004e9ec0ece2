import type { Take } from "../protocol";
import type { StudioState } from "./state";

type Shelves = Pick<StudioState, "takes" | "wall">;

/** A take by its id: one of the newest, or one that the wall has found. */
export function takeById(state: Shelves, id: string | undefined): Take | undefined {
  if (id === undefined) return undefined;
  return state.takes.find((take) => take.id === id) ?? state.wall.known.get(id);
}

/** The selected takes in the order of selection, without those that are not here any more. */
export function selectedTakes(state: Shelves & Pick<StudioState, "selected">): Take[] {
  return state.selected.flatMap((id) => takeById(state, id) ?? []);
}
