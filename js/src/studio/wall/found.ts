import type { Counts, FindValue, Take } from "../../kernel/protocol";
import { EVERYTHING, type Filters, fits, isHidden, precedes } from "./filters";

/** What the wall shows. */
export interface Found {
  filters: Filters;
  /** By the person, and not by what there is. */
  chosen: boolean;
  /** Ids of the first takes that fit, without a gap, newest first or by a measure; of those behind, only how many. */
  ids: readonly string[];
  total: number;
  /** Every take that was seen, by id. */
  known: ReadonlyMap<string, Take>;
  /** The kernel is asked for these filters. */
  asking: boolean;
  /** Why it could not be. */
  problem: string | null;
}

/** The wall at first, from the newest takes: those of this notebook, where there are some, or of this person. */
export function foundAtFirst(takes: readonly Take[], counts: Counts, known: Iterable<Take> = []): Found {
  const here = Boolean(counts.here);
  const filters = { ...EVERYTHING, here, mine: !here && Boolean(counts.team?.mine) };
  const start: Found = {
    filters,
    chosen: false,
    ids: [],
    total: inScope(filters, counts).shown,
    known: new Map([...known, ...takes].map((take) => [take.id, take])),
    asking: false,
    problem: null,
  };
  // One that is shown because it was asked for again stands before the newest, and is older than they are.
  const newest = takes.filter((take) => !take.kept_already && fits(take, filters));
  return { ...start, ids: newest.map((take) => take.id), total: Math.max(start.total, newest.length) };
}

/** How many takes there are in the view, all, those that are judged, and those not rejected. */
export function inScope(
  { here, mine }: Filters,
  { team, ...counts }: Counts,
): { all: number; judged: number; shown: number } {
  const all = (here ? counts.here : mine ? team?.mine : counts.all) ?? 0;
  const culled = here ? counts.culled_here : mine ? team?.culled_mine : counts.culled;
  const { judged, rejected } = culled ?? { judged: 0, rejected: 0 };
  return { all, judged, shown: all - rejected };
}

/** The wall with what the kernel now says. A widget is often shown before its kernel has said anything. */
export function withSaid(found: Found, takes: readonly Take[], counts: Counts): Found {
  return found.chosen || found.ids.length
    ? withNewest(found, takes)
    : foundAtFirst(takes, counts, found.known.values());
}

/** The wall with the newest takes as they are now: those that are new, and those that have changed. */
export function withNewest(before: Found, takes: readonly Take[]): Found {
  const judged = takes.filter((take) => {
    const known = before.known.get(take.id);
    return known && known.verdict !== take.verdict;
  });
  const found = judged.reduce((wall, take) => withChange(wall, take.id, take), before);
  const known = new Map(found.known);
  for (const take of takes) known.set(take.id, take);
  const there = new Set(found.ids);
  const first = found.ids[0];
  const after = first === undefined ? 0 : (known.get(first)?.created ?? 0);
  // With none found, whatever fits is new; with some still to come from the library, its place is not known.
  const placed = first !== undefined || found.total === 0;
  const { by } = found.filters;
  const fresh = takes.filter(
    (take) =>
      placed &&
      !there.has(take.id) &&
      !take.kept_already &&
      (by ? !before.known.has(take.id) : take.created >= after) &&
      fits(take, found.filters),
  );
  const added = fresh.map((take) => take.id);
  // Not measured yet, it stands behind all others.
  const last = found.ids.length < found.total ? found.ids : [...found.ids, ...added];
  return {
    ...found,
    known,
    ids: !added.length ? found.ids : by ? last : [...added, ...found.ids],
    total: found.total + fresh.length,
  };
}

/** The wall with a page of what was asked for; a first page replaces what was there. */
export function withPage(found: Found, page: FindValue, first: boolean): Found {
  const known = new Map(found.known);
  for (const take of page.takes) known.set(take.id, take);
  const before = first ? [] : found.ids;
  const there = new Set(before);
  const ids = [...before, ...page.takes.map((take) => take.id).filter((id) => !there.has(id))];
  // A library that has become smaller must not be asked for ever.
  const total = page.next === null ? ids.length : Math.max(page.total, ids.length);
  // Others from here on: the same takes may be in another order.
  const filters = first ? { ...found.filters } : found.filters;
  return { ...found, filters, known, ids, total, asking: false, problem: null };
}

/** The wall with something changed about a take, which a verdict takes off the wall or puts back. */
export function withChange(found: Found, id: string, change: Partial<Take>): Found {
  const before = found.known.get(id);
  if (!before) return found;
  const take = { ...before, ...change };
  const { filters, ids, total } = found;
  const now = { ...found, known: new Map(found.known).set(id, take) };
  const there = ids.includes(id);
  if (there && isHidden(take, filters))
    return { ...now, ids: ids.filter((other) => other !== id), total: total - 1 };
  if (there || !isHidden(before, filters) || !fits(take, filters)) return now;
  const at = ids.findIndex((other) => precedes(take, found.known.get(other), filters));
  // Behind the last that is here it is found with those that are still to come.
  const known = at >= 0 || ids.length === total;
  return { ...now, total: total + 1, ids: known ? ids.toSpliced(at < 0 ? ids.length : at, 0, id) : ids };
}
