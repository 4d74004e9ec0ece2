import { useRef, useState } from "preact/hooks";
import type { Framing, Image } from "../../kernel/protocol";
import { frame } from "../model/frames";
import { type Box, moved, type Size } from "../model/framing";
import type { Session } from "../model/session";

export interface CropFrameProps {
  session: Session;
  image: Image & Size;
  framing: Framing & { box: Box };
  /** What the image is called: "Start image". */
  title: string;
  disabled: boolean;
}

/** How far one press of an arrow key goes, as a share of the image; with Shift, ten times that. */
const STEP = 0.01;

const ARROWS: { [key: string]: readonly [number, number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  // Moved further than it goes, it stays at the edge.
  Home: [-Infinity, -Infinity],
  End: [Infinity, Infinity],
};

/**
 * The part of an image that is kept, the rest darkened, to be moved by pointer and by arrow keys.
 *
 * An unseen slider in it takes the focus, the keys and a screen reader's wishes.
 */
export function CropFrame({ session, image, framing, title, disabled }: CropFrameProps) {
  const { box } = framing;
  const slider = useRef<HTMLInputElement>(null);
  const [held, setHeld] = useState<{ x: number; y: number; scale: number; from: Box; now: Box } | null>(null);
  const [left, top, width, height] = held?.now ?? box;
  const free = { x: image.width - width, y: image.height - height };
  const across = free.x >= free.y;
  const move = (to: Box) => frame(session, image, { ...framing, box: to });
  const share = (value: number, of: number) => `${(100 * value) / of}%`;

  function grab(event: PointerEvent): void {
    if (disabled || event.button !== 0) return;
    const frame = event.currentTarget as HTMLElement;
    const shown = frame.parentElement?.getBoundingClientRect().width;
    if (!shown) return;
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    slider.current?.focus({ preventScroll: true });
    setHeld({ x: event.clientX, y: event.clientY, scale: image.width / shown, from: box, now: box });
  }
  function drag(event: PointerEvent): void {
    if (!held) return;
    const { x, y, scale, from } = held;
    setHeld({ ...held, now: moved(image, from, (event.clientX - x) * scale, (event.clientY - y) * scale) });
  }
  function drop(): void {
    if (held && String(held.now) !== String(box)) move(held.now);
    setHeld(null);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const [x, y] = ARROWS[event.key] ?? [];
    if (x === undefined || y === undefined) return;
    event.preventDefault();
    if (disabled) return;
    const most = Math.max(image.width, image.height);
    const step = Math.max(1, most * STEP * (event.shiftKey ? 10 : 1));
    const next = moved(image, box, x * step, y * step);
    if (String(next) !== String(box)) move(next);
  }

  return (
    <div
      role="presentation"
      class={`rk-crop${held ? " rk-crop-held" : ""}`}
      style={{
        left: share(left, image.width),
        top: share(top, image.height),
        width: share(width, image.width),
        height: share(height, image.height),
      }}
      title="Drag it, or use the arrow keys"
      onPointerDown={grab}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={() => setHeld(null)}
    >
      <input
        ref={slider}
        type="range"
        aria-label={`${title}: the part that is kept`}
        aria-orientation={across ? "horizontal" : "vertical"}
        aria-valuetext={spoken(across ? left : top, across ? free.x : free.y, across)}
        min={0}
        max={across ? free.x : free.y}
        value={across ? left : top}
        disabled={disabled}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          const offset = event.currentTarget.valueAsNumber;
          move(moved(image, box, across ? offset - left : 0, across ? 0 : offset - top));
        }}
      />
    </div>
  );
}

function spoken(offset: number, free: number, across: boolean): string {
  const [first, last] = across ? ["left", "right"] : ["upper", "lower"];
  const share = free ? Math.round((100 * offset) / free) : 50;
  if (share === 0) return `the ${first} part`;
  if (share === 100) return `the ${last} part`;
  return share === 50 ? "the middle part" : `${share}% from the ${first} edge`;
}
