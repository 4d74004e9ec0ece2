export interface BarProps {
  label: string;
  /** How far it is, 0 to 1; a calm drift where null, since nothing is known of its end. */
  done: number | null;
  /** The number that means complete. */
  of?: number;
  words?: string;
}

/** How far something is. A native progress element cannot be drawn alike in all browsers. */
export function Bar({ label, done, of = 100, words }: BarProps) {
  return (
    <div
      class={`rk-bar${done === null ? " rk-bar-open" : ""}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={done === null ? undefined : Math.round(done * of)}
      aria-valuetext={words}
    >
      <i style={done === null ? undefined : { transform: `scaleX(${done})` }} />
    </div>
  );
}
