import type { Take } from "../protocol";
import type { StudioState } from "./state";

/** The take of this id, where the browser has it. */
export function takeById(state: Pick<StudioState, "takes">, id: string): Take | undefined {
  return state.takes.find((take) => take.id === id);
}

/** The selected takes in the order of selection, without those that are not here any more. */
export function selectedTakes(state: Pick<StudioState, "takes" | "selected">): Take[] {
  return state.selected.flatMap((id) => takeById(state, id) ?? []);
}
