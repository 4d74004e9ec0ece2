import { useRef } from "preact/hooks";
import { isModified } from "../hooks/keys";

/** Percent by which an arrow key moves the line; with Shift, five times as far. */
const STEP = 2;

/** The line between two takes on one spot: left of it the first is seen, right of it the second. */
export function Wipe({ at, onMove }: { at: number; onMove: (at: number) => void }) {
  const line = useRef<HTMLDivElement>(null);
  const move = (to: number) => onMove(Math.min(100, Math.max(0, to)));

  function drag(event: PointerEvent): void {
    const box = line.current?.parentElement?.getBoundingClientRect();
    if (box?.width) move(((event.clientX - box.left) / box.width) * 100);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.shiftKey ? STEP * 5 : STEP;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: 100 }[event.key];
    if (to === undefined || isModified(event)) return;
    move(to);
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={line}
      class="rk-wipe"
      style={{ left: `${at}%` }}
      role="slider"
      tabIndex={0}
      aria-label="Line between take 1 and take 2"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at)}
      aria-valuetext={`Take 1 to ${Math.round(at)} percent`}
      title="Drag to wipe from one take to the other"
      onPointerDown={(event) => {
        if (event.button === 0) line.current?.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => line.current?.hasPointerCapture(event.pointerId) && drag(event)}
      onKeyDown={onKeyDown}
    />
  );
}
