/** Left, top, width and height, in pixels or as parts of 1. */
export type Rect = readonly [number, number, number, number];

/** Where the words of a box stand, in pixels. */
export interface Spot {
  left: number;
  top: number;
}

/** Pixels of a label: as in boxes.css. */
const HIGH = 18;
const LETTER = 6.4;
const AROUND = 10;
const WIDEST = 150;

/** Pixels that a label is wide, nearly. */
export const widthOf = (label: string) => Math.min(WIDEST, label.length * LETTER + AROUND);

/**
 * Finds a place for the label of every box, at its edges: above it where there is room, else below it or within it.
 *
 * Small boxes choose first, since large ones have more places. One that would lie over another's is null: it is shown
 * when its box is marked.
 */
export function placeLabels(
  boxes: readonly { label: string; at: Rect }[],
  width: number,
  height: number,
): (Spot | null)[] {
  const placed: Rect[] = [];
  const spots: (Spot | null)[] = boxes.map(() => null);
  const order = boxes.map((_, index) => index);
  const area = (index: number) => (boxes[index]?.at[2] ?? 0) * (boxes[index]?.at[3] ?? 0);
  for (const index of order.sort((one, other) => area(one) - area(other))) {
    const box = boxes[index];
    if (!box?.label) continue;
    const wide = widthOf(box.label);
    const spot = candidates(box.at, wide, width, height).find(
      ({ left, top }) =>
        top >= 0 && top + HIGH <= height && !placed.some((other) => meet([left, top, wide, HIGH], other)),
    );
    if (!spot) continue;
    spots[index] = spot;
    placed.push([spot.left, spot.top, wide, HIGH]);
  }
  return spots;
}

/** Where a label goes that has to be seen, whatever it lies over. */
export function anySpot({ label, at }: { label: string; at: Rect }, width: number, height: number): Spot {
  const [first] = candidates(at, widthOf(label), width, height);
  return { left: first?.left ?? 0, top: Math.min(Math.max(0, first?.top ?? 0), Math.max(0, height - HIGH)) };
}

function candidates([left, top, wide, high]: Rect, own: number, width: number, height: number): Spot[] {
  const within = (x: number) => Math.min(Math.max(0, x), Math.max(0, width - own));
  const right = left + wide - own;
  const bottom = top + high;
  return [
    [left, top - HIGH],
    [right, top - HIGH],
    [left, bottom],
    [right, bottom],
    [left, top],
    [right, top],
    [left, bottom - HIGH],
    [right, bottom - HIGH],
  ].map(([x = 0, y = 0]) => ({ left: within(x), top: Math.min(y, height) }));
}

function meet([left, top, wide, high]: Rect, [x, y, across, down]: Rect): boolean {
  return left < x + across && x < left + wide && top < y + down && y < top + high;
}
