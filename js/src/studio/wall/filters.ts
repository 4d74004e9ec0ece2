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
  pinned: boolean;
  /** Of this notebook alone. */
  here: boolean;
}

export const EVERYTHING: Filters = {
  words: "",
  model: null,
  days: null,
  rating: 0,
  pinned: false,
  here: false,
};

/** Whether anything is left out besides the takes of other notebooks. */
export function narrows(filters: Filters): boolean {
  return Boolean(filters.words.trim() || filters.model || filters.days || filters.rating || filters.pinned);
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
    (take.pinned || !filters.pinned) &&
    (take.here || !filters.here)
  );
}

/** The filters as the kernel is asked. */
export function asked(filters: Filters): Omit<Fields<"find">, "after" | "limit"> {
  const { words, model, rating, pinned, here } = filters;
  return { words, model, since: since(filters), until: null, rating, pinned, here };
}

/** When the first of the days began, in seconds since 1970. */
function since({ days }: Filters): number | null {
  if (days === null) return null;
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).getTime() / 1000;
}
