import { useState } from "preact/hooks";
import type { Measure, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";
import { inWords, measuredOf } from "./known";

/** The measures of a take, each as a point within the library's range, and everything that is probably wrong. */
export function MeasureBars({ session, take }: { session: Session; take: Take }) {
  const state = useStore(session.state);
  const measured = measuredOf(state, take);
  const [explained, explain] = useState<string | null>(null);
  if (!measured || !state.measures) return null;
  const { values, flags } = measured;
  return (
    <section class="rk-measures rk-small" aria-label="Measures">
      {flags.length ? (
        <div class="rk-measures-flags">
          <Icon name="warning" />
          <span>Probably wrong: {flags.map(inSentence).join(", ")}.</span>
        </div>
      ) : null}
      {state.measures.measures.map((measure) => {
        const value = values[measure.name];
        if (value === undefined) return null;
        const shown = explained === measure.name;
        return (
          <Row
            key={measure.name}
            {...{ measure, value, shown }}
            onExplain={() => explain(shown ? null : measure.name)}
          />
        );
      })}
      {Object.keys(values).length ? (
        <div class="rk-measures-scale">
          Each line runs from the lowest to the highest value in your library.
        </div>
      ) : null}
    </section>
  );
}

/** As it is written within a sentence. */
const inSentence = (flag: string) => `${flag[0]?.toLowerCase() ?? ""}${flag.slice(1)}`;

interface RowProps {
  measure: Measure;
  value: number;
  shown: boolean;
  onExplain: () => void;
}

function Row({ measure, value, shown, onExplain }: RowProps) {
  const { label, explains, least, most } = measure;
  const id = useId();
  const low = Math.min(least ?? value, value);
  const high = Math.max(most ?? value, value);
  const part = high > low ? (value - low) / (high - low) : 0.5;
  const words = inWords(measure, value);
  const range = high > low ? `In your library: ${inWords(measure, low)} to ${inWords(measure, high)}.` : "";
  return (
    <div class="rk-measure" title={[explains, range].filter(Boolean).join("\n")}>
      <button
        type="button"
        class="rk-measure-name"
        aria-expanded={shown}
        aria-controls={shown ? id : undefined}
        onClick={onExplain}
      >
        {label}
      </button>
      <span class="rk-measure-track" aria-hidden="true">
        <i style={{ insetInlineStart: `${part * 100}%` }} />
      </span>
      <span class="rk-measure-value">{words}</span>
      {shown ? (
        <span class="rk-measure-words rk-dim" id={id}>
          {explains} {range}
        </span>
      ) : null}
    </div>
  );
}
