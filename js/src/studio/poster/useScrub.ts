import { useRef, useState } from "preact/hooks";
import { isModified } from "../../hooks/keys";
import type { Sprite } from "../model/sprites";
import { frameAt } from "../sprite";

/** Pixels beyond which a finger that moves does not tap. */
const TAP = 8;

/** Looks through a film by position: under the pointer, along a finger, or with the keys , and . from frame to frame. */
export function useScrub(sprite: Sprite | null | undefined) {
  const [part, setPart] = useState<number | null>(null);
  /** Where a finger went down, until it has moved; then null, and the click that follows is none. */
  const down = useRef<number | null>(null);
  const dragged = useRef(false);

  function look(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    setPart(Math.max(0, Math.min(1, (event.clientX - left) / Math.max(1, width))));
  }
  const leave = () => setPart(null);

  return {
    part,
    leave,
    /** For the picture. */
    pointer: {
      onPointerDown(event: PointerEvent) {
        dragged.current = false;
        down.current = event.pointerType === "touch" ? event.clientX : null;
      },
      onPointerMove(event: PointerEvent) {
        if (event.pointerType !== "touch") return event.buttons ? undefined : look(event);
        if (down.current !== null && Math.abs(event.clientX - down.current) > TAP) dragged.current = true;
        if (dragged.current) look(event);
      },
      onPointerLeave: leave,
      onPointerCancel: leave,
    },
    /** Whether the click that is just being told of ends a drag. */
    wasDrag(): boolean {
      const drag = dragged.current;
      dragged.current = false;
      return drag;
    },
    /** Goes a frame back or on, where a key means that. */
    key(event: KeyboardEvent): boolean {
      const step = event.key === "," ? -1 : event.key === "." ? 1 : 0;
      if (!step || !sprite || isModified(event)) return false;
      const last = Math.max(1, sprite.frames - 1);
      const at = part === null ? (step > 0 ? -1 : last + 1) : frameAt(sprite, part);
      setPart(Math.max(0, Math.min(last, at + step)) / last);
      return true;
    },
  };
}
