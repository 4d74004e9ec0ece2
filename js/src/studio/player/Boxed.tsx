import { useMemo, useRef } from "preact/hooks";
import { useWidth } from "../../hooks/useWidth";
import type { Box, Take } from "../../kernel/protocol";
import { anySpot, placeLabels, type Rect } from "./labels";
import type { Boxes } from "./useBoxes";

export interface MarkedProps {
  /** The index of the box that is pointed at or has the focus. */
  marked: number | null;
  onMark: (index: number | null) => void;
}

/** An image with what was found in it: plain elements over the picture, which a pointer marks. */
export function Boxed({ take, boxes, marked, onMark }: MarkedProps & { take: Take; boxes: Boxes }) {
  const frame = useRef<HTMLDivElement>(null);
  const ratio = boxes.width && boxes.height ? boxes.width / boxes.height : 16 / 9;
  const width = useWidth(frame, 600);
  const height = width / ratio;
  const drawn = useMemo(
    () =>
      boxes.boxes.map(({ label, relative }) => {
        const [left = 0, top = 0, wide = 0, high = 0] = relative ?? [];
        return { label, at: [left * width, top * height, wide * width, high * height] as Rect };
      }),
    [boxes, width, height],
  );
  const spots = useMemo(() => placeLabels(drawn, width, height), [drawn, width, height]);
  // Those within others lie over them, to be pointed at.
  const order = useMemo(() => {
    const area = ({ at }: (typeof drawn)[number]) => at[2] * at[3];
    return drawn.map((box, index) => ({ ...box, index })).sort((one, other) => area(other) - area(one));
  }, [drawn]);
  return (
    <div class="rk-boxed">
      <div
        ref={frame}
        class="rk-boxed-frame"
        style={{ "--rk-own": ratio }}
        role="img"
        aria-label={`${take.prompt || "The image"}: ${inWords(boxes.boxes)}`}
      >
        {boxes.url ? <img src={boxes.url} alt="" draggable={false} /> : null}
        {boxes.url ? null : (
          <span class="rk-boxed-words rk-small rk-dim">The image is not in your library.</span>
        )}
        <div aria-hidden="true" data-marked={marked !== null}>
          {order.map(({ at: [left, top, wide, high], index }) =>
            boxes.boxes[index]?.relative ? (
              <i
                key={`box ${index}`}
                class="rk-box"
                data-marked={index === marked}
                style={{ left: `${left}px`, top: `${top}px`, width: `${wide}px`, height: `${high}px` }}
                onPointerEnter={() => onMark(index)}
                onPointerLeave={() => onMark(null)}
              />
            ) : null,
          )}
          {drawn.map((box, index) => {
            const spot = spots[index] ?? (index === marked && box.label ? anySpot(box, width, height) : null);
            return spot ? (
              <b
                key={`label ${index}`}
                class="rk-box-label"
                data-marked={index === marked}
                style={{ left: `${spot.left}px`, top: `${spot.top}px` }}
              >
                {box.label}
              </b>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

/** What was found, each label once: "2 × boat, lake". */
function inWords(boxes: readonly Box[]): string {
  if (!boxes.length) return "nothing was found";
  const counts = new Map<string, number>();
  for (const { label } of boxes) counts.set(label || "a box", (counts.get(label || "a box") ?? 0) + 1);
  return [...counts].map(([label, count]) => (count > 1 ? `${count} × ${label}` : label)).join(", ");
}
