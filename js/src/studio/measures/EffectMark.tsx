import type { Effect, Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { score } from "./effects";

export interface EffectMarkProps {
  session: Session;
  sweep: Sweep;
  /** The heading is one of a row, not of a column. */
  ofRow: boolean;
  /** The index of the heading. */
  at: number;
  /** Which part of it. */
  part: number;
  heading: string;
}

/** How the alternative of a heading did: how often it was preferred, and how certain that is. */
export function EffectMark({ session, sweep, ofRow, at, part, heading }: EffectMarkProps) {
  const known = useStore(session.state).effects?.[sweep.id];
  const effect = ofRow ? known?.rows[at]?.[part] : known?.columns[at];
  return effect ? <Mark effect={effect} heading={heading} /> : null;
}

/** Width of the bar, in its own units. */
const WIDE = 100;

function Mark({ effect, heading }: { effect: Effect; heading: string }) {
  const { won, judged, share, least, most, words, certain, separable } = effect;
  const counted = score(won, judged);
  const said = separable
    ? `${heading}: preferred in ${counted} comparisons. ${words}`
    : `${heading}: ${words}`;
  return (
    <span class="rk-effect" data-certain={certain} title={said}>
      {separable ? (
        <svg class="rk-effect-bar" viewBox={`0 0 ${WIDE} 10`} preserveAspectRatio="none" aria-hidden="true">
          <rect class="rk-effect-track" x="0" y="3" width={WIDE} height="4" />
          <rect
            class="rk-effect-span"
            x={least * WIDE}
            y="2"
            width={Math.max(2, (most - least) * WIDE)}
            height="6"
          />
          <rect class="rk-effect-even" x={WIDE / 2 - 0.75} y="0" width="1.5" height="10" />
          <rect class="rk-effect-at" x={share * WIDE - 2} y="0" width="4" height="10" />
        </svg>
      ) : null}
      <span aria-hidden="true">{separable ? counted : "inseparable"}</span>
      <span class="rk-unseen">{said}</span>
    </span>
  );
}
