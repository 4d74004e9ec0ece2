import type { Take } from "../../kernel/protocol";
import { type StudioState, takeById } from "../model/state";
import { keptIn } from "../model/sweeping";
import { unswept } from "../wall/unswept";

type Ordered = Pick<StudioState, "takes" | "wall" | "sweeps">;

/** The ids among which a take stands: those of the sweep that is named, of the wall, or of any sweep that has it. */
export function idsAround({ wall, sweeps }: Ordered, take: string, sweep?: string): readonly string[] {
  const named = sweeps.find(({ id }) => id === sweep);
  if (named) return keptIn(named);
  // A sweep's takes stand in its grid or its row, and not on the wall, unless they are looked for.
  const { ids: single } = unswept(wall, sweeps);
  return [single, ...sweeps.map(keptIn)].find((ids) => ids.includes(take)) ?? single;
}

/** The take behind one that goes away, or else the one before it. */
export function neighbour(state: Ordered, take: string, sweep?: string): Take | undefined {
  const ids = idsAround(state, take, sweep);
  const at = ids.indexOf(take);
  if (at < 0) return undefined;
  const others = [...ids.slice(at + 1), ...ids.slice(0, at).reverse()].map((id) => takeById(state, id));
  // A sweep's row does not show those that are rejected, and its grid shows them as done with.
  return others.find((one) => one && one.verdict !== "rejected") ?? others[0];
}
