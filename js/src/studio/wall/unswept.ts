import type { StudioState } from "../model/state";
import { inSweeps } from "../model/sweeping";
import { fits, narrows } from "./filters";
import type { Found } from "./found";

/** What the wall shows as single takes: without those of a sweep, which has its grid or its row, unless they are looked for or sorted. */
export function unswept(wall: Found, sweeps: StudioState["sweeps"]): Found {
  if (!sweeps.length || narrows(wall.filters) || wall.filters.by) return wall;
  const swept = inSweeps({ sweeps });
  const known = [...swept].flatMap((id) => wall.known.get(id) ?? []);
  return {
    ...wall,
    ids: wall.ids.filter((id) => !swept.has(id)),
    total: wall.total - known.filter((take) => fits(take, wall.filters)).length,
  };
}
