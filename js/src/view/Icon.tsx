/** Drawn on 16 × 16 in the text's colour; never the only thing that says something. */
const PATHS = {
  chevron: "M4.5 6.5 8 10l3.5-3.5",
  close: "m4.5 4.5 7 7m0-7-7 7",
  image: "M2.5 3.5h11v9h-11zM2.5 11l3-3.2 2.3 2.2 2.4-2.9 3.3 3.6M6 6.2h.01",
  warning: "M8 2.6 14 13.2H2zM8 6.6v3.2m0 1.7h.01",
  plus: "M8 3.5v9M3.5 8h9",
  check: "m3.5 8.5 3 3 6-7",
  star: "m8 2.2 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4-2.9-2.8 4-.6z",
  pin: "M5.5 2.5h5m-4 0v4.2L4.2 9.5h7.6L9.5 6.7V2.5M8 9.5v4",
  history: "M2.6 8a5.4 5.4 0 1 1 1.7 3.9M2.3 4.6v3.2h3.2M8 5.2V8l2 1.4",
  play: "M5 3.2v9.6L12.6 8z",
  pause: "M5.5 3.5v9m5-9v9",
  back: "M10.5 3.8 5.5 8l5 4.2z",
  forward: "m5.5 3.8 5 4.2-5 4.2z",
  mute: "M3 6.2v3.6h2.2L8 12.2V3.8L5.2 6.2zM10.6 6.4l3.2 3.2m0-3.2-3.2 3.2",
  sound: "M3 6.2v3.6h2.2L8 12.2V3.8L5.2 6.2zM10.4 6a3 3 0 0 1 0 4",
  stack: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  spark: "M8 2.2 9.4 6.6 13.8 8 9.4 9.4 8 13.8 6.6 9.4 2.2 8l4.4-1.4z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="rk-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
