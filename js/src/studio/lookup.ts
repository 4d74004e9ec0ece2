import type { Take } from "../protocol";
import type { StudioState } from "./state";

/** A take by its id, where the studio has it. */
export function takeById(state: Pick<StudioState, "takes">, id: string): Take | undefined {
  return state.takes.find((take) => take.id === id);
}
