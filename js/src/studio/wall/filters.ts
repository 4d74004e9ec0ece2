import type { Fields } from "../../kernel/connection";
import type { Take } from "../../kernel/protocol";

/** Which takes a person wants to see. */
export interface Filters {
  words: string;
  model: string | null;
  /** Of the last so many days, today among them. */
  days: number | null;
  /** At least. */
  rating: number;
  /** Null for all but the rejected. */
  verdict: Fields<"find">["verdict"];
  pinned: boolean;
  /** Of this notebook alone. */
  here: boolean;
  /** Of a team's library: those alone that the person asked for. */
  mine: boolean;
  /** Of one kind. */
  kind: Take["kind"] | null;
  /** Of one collection, by its name. */
  collection: string | null;
  /** What they are sorted by, with a minus for the least first; null for the newest first. */
  by: string | null;
  /** Of one step of the chain, whichever notebook they are of. */
  step: ShownStep | null;
}

/** A step of the chain that the wall shows by itself. */
export interface ShownStep {
  id: string;
  title: string;
  /** Grows with the step: what is looked for is still the same. */
  takes: Set<string>;
}

export const EVERYTHING: Filters = {
  words: "",
  model: null,
  days: null,
  rating: 0,
  verdict: null,
  pinned: false,
  here: false,
  mine: false,
  kind: null,
  collection: null,
  by: null,
  step: null,
};

/** Whether anything is left out besides the takes of other notebooks or people. */
export function narrows(filters: Filters): boolean {
  return Boolean(filters.step) || isSearch(filters);
}

/** Whether takes are looked for by what they are. */
export function isSearch(filters: Filters): boolean {
  const { words, model, days, rating, verdict, pinned, kind, collection } = filters;
  return Boolean(words.trim() || model || days || rating || verdict || pinned || kind || collection);
}

/** Whether a person has said what they think of a take. */
export function isJudged(take: Pick<Take, "rating" | "verdict">): boolean {
  return take.rating > 0 || take.verdict !== null;
}

/** Whether its verdict keeps a take off the wall: those that are rejected are seen by themselves. */
export function isHidden(take: Take, filters: Filters): boolean {
  return (take.verdict === "rejected") !== (filters.verdict === "rejected");
}

/** Whether a take is of this notebook, where those alone are shown, or of this person. */
export function inView(take: Take, { here, mine }: Filters): boolean {
  return (take.here || !here) && (take.team?.mine || !mine);
}

/** Whether a take stands before another; those that are not measured stand behind all others. */
export function precedes(take: Take, other: Take | undefined, { by }: Filters): boolean {
  const rank = (one: Take | undefined) => {
    const value = by ? one?.measured?.values[by.replace("-", "")] : one?.created;
    return value === undefined ? Number.NEGATIVE_INFINITY : by?.[0] === "-" ? -value : value;
  };
  return rank(take) > rank(other);
}

/** Whether a take fits. The kernel says it for those in the library; this is for one that comes in. */
export function fits(take: Take, filters: Filters): boolean {
  const prompt = take.prompt.toLowerCase();
  const words = filters.words.toLowerCase().split(/\s+/);
  return (
    words.every((word) => prompt.includes(word)) &&
    (!filters.model || take.endpoint.split("/")[0] === filters.model) &&
    take.created >= (since(filters) ?? 0) &&
    take.rating >= filters.rating &&
    !isHidden(take, filters) &&
    (filters.verdict !== "picked" || take.verdict === "picked") &&
    (filters.verdict !== "unjudged" || !isJudged(take)) &&
    (!filters.verdict?.endsWith("flagged") ||
      (filters.verdict === "flagged") === Boolean(take.measured?.flags.length)) &&
    (take.pinned || !filters.pinned) &&
    (filters.step ? filters.step.takes.has(take.id) : inView(take, filters)) &&
    (!filters.kind || take.kind === filters.kind) &&
    (!filters.collection || Boolean(take.team?.collections.includes(filters.collection)))
  );
}

/** The filters as the kernel is asked. */
export function asked(filters: Filters): Omit<Fields<"find">, "after" | "limit"> {
  const { words, model, rating, verdict, pinned, here, kind, mine, collection, by } = filters;
  const more = {
    ...(mine && { mine }),
    ...(collection && { collection }),
    ...(by && { by: by.replace("-", ""), least_first: by[0] === "-" }),
  };
  return { words, model, since: since(filters), until: null, rating, verdict, pinned, here, kind, ...more };
}

/** When the first of the days began, in seconds since 1970. */
function since({ days }: Filters): number | null {
  if (days === null) return null;
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).getTime() / 1000;
}
