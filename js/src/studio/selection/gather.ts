import type { Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { asked } from "../wall/filters";
import { withOpinions } from "../wall/opinions";
import { MOST } from "./selecting";

/** The first takes that the wall has found, as many as can be judged or shared at once, and how many there are in all. */
export async function gather({ state, connection }: Session): Promise<{ takes: Take[]; total: number }> {
  const now = state.get();
  const { filters, ids, total } = now.wall;
  if (filters.step || ids.length >= Math.min(total, MOST))
    return { takes: ids.slice(0, MOST).flatMap((id) => takeById(now, id) ?? []), total };
  const { value } = await connection.request("find", { ...asked(filters), after: null, limit: MOST });
  return { takes: withOpinions(value.takes, now.opinions), total: value.total };
}

/** How many of them it is about, where that is not all; undefined where it is. */
export function partOf({ takes, total }: { takes: readonly Take[]; total: number }): string | undefined {
  return total > takes.length ? `the first ${takes.length} of ${total.toLocaleString("en")}` : undefined;
}

/** Makes takes known, that the wall may never have come to. What is known may have changed since the kernel told it. */
export function meet({ state }: Session, takes: readonly Take[]): void {
  const { wall } = state.get();
  const known = new Map([...takes.map((take) => [take.id, take] as const), ...wall.known]);
  state.set({ wall: { ...wall, known } });
}
