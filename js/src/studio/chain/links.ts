import type { ChainStep } from "../../kernel/protocol";

/** How a step is drawn to the one that it came from. */
export interface Link {
  /** So many cards before it stands the other; 1 for the one next to it. */
  span: number;
  /** Which of the lines below the cards is its own, from 1 on; 0 where it needs none. */
  lane: number;
}

/**
 * The links of the steps that came from another. One to a card further back runs below those between, beside the lines of
 * other parents; branches of one parent share its line.
 */
export function linksOf(steps: readonly ChainStep[]): (Link | null)[] {
  const places = new Map(steps.map(({ id }, place) => [id, place]));
  const parents = steps.map(({ parent }) => (parent === null ? undefined : places.get(parent)));
  /** How far the line of a parent runs. */
  const ends = new Map<number, number>();
  parents.forEach((parent, place) => {
    if (parent !== undefined && place - parent > 1) ends.set(parent, place);
  });
  const lanes = new Map<number, number>();
  // The short ones lie within the long ones, next to the cards.
  for (const [parent, end] of [...ends].sort(([a, b], [c, d]) => b - a - (d - c))) {
    const beside = [...lanes].filter(([other]) => other < end && (ends.get(other) ?? 0) > parent);
    lanes.set(parent, 1 + Math.max(0, ...beside.map(([, lane]) => lane)));
  }
  return parents.map((parent, place) =>
    parent === undefined
      ? null
      : { span: place - parent, lane: place - parent > 1 ? (lanes.get(parent) ?? 1) : 0 },
  );
}
