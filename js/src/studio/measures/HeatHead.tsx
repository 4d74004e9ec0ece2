import { useEffect, useRef } from "preact/hooks";
import { listen } from "../../hooks/effects";
import { named, store, stored } from "../../hooks/stored";
import type { Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import { SelectPill } from "../form/SelectPill";
import type { Session } from "../model/session";
import { keptIn, takesOf } from "../model/sweeping";
import { loadEffects } from "./effects";
import { type Heat, heatOf, RATING, SPECTRUM } from "./heat";
import { bringUpToDate, inWords, measuredOf } from "./known";

/** Milliseconds between two looks at what was judged. */
const PAUSE = 2000;

/** The head of a sweep: the choice of a heat map with its legend, and what won. */
export function HeatHead({ session, sweep }: { session: Session; sweep: Sweep }) {
  const state = useStore(session.state);
  const heat = heatOf(state, sweep);
  const kept = keptIn(sweep);
  const name = named("heat", session.key);
  const choose = (by: string | undefined) => {
    const { [sweep.id]: _, ...others } = session.state.get().heat ?? {};
    session.state.set({ heat: by ? { ...others, [sweep.id]: by } : others });
  };
  useEffect(() => {
    const before = stored<{ [sweep: string]: string }>(name)?.[sweep.id];
    if (before && !session.state.get().heat) choose(before);
  }, []);
  useEffect(() => {
    void loadEffects(session, sweep);
    bringUpToDate(session).catch(() => {
      // It is asked once more when something was measured.
    });
  }, [kept.length]);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    // Judged meanwhile, wherever that was.
    let asked = Date.now();
    return listen(place.current?.closest(".rk-sweep"), "pointerenter focusin", () => {
      if (Date.now() - asked < PAUSE) return;
      asked = Date.now();
      void loadEffects(session, sweep);
    });
  }, [sweep]);
  const measured = kept.map((id) => measuredOf(state, id));
  const rated = takesOf(state, sweep).some(({ rating }) => rating > 0);
  const scales = [
    ...(rated || heat?.scale === RATING ? [RATING] : []),
    ...(state.measures?.measures ?? []).filter(
      ({ name }) => heat?.scale.name === name || measured.some((one) => one?.values[name] !== undefined),
    ),
  ];
  const won = state.effects?.[sweep.id]?.words;
  return (
    <>
      <span class="rk-small rk-won" ref={place}>
        {won}
      </span>
      {kept.length && scales.length ? (
        <SelectPill
          name="Heat map"
          filter="framed"
          shown={heat ? `Heat map: ${heat.scale.label}` : "Heat map"}
          strong={heat !== null}
          value={heat?.scale.name ?? ""}
          options={[
            { value: "", label: "No heat map" },
            ...scales.map((scale) => ({ value: scale.name, label: scale.label })),
          ]}
          onChange={(by) => {
            choose(by);
            store(name, session.state.get().heat);
          }}
        />
      ) : null}
      {heat ? <Legend heat={heat} /> : null}
    </>
  );
}

/** What the colours mean, from the least value to the most. */
function Legend({ heat }: { heat: Heat }) {
  const { scale, least, most, unmeasured } = heat;
  const rest = unmeasured ? `${unmeasured} not measured yet` : "";
  return (
    <div class="rk-heat-legend rk-small">
      <span class="rk-dim">{scale.label}</span>
      {!Number.isFinite(least) ? (
        <span>no values</span>
      ) : least === most ? (
        <span>{inWords(scale, least)} in all</span>
      ) : (
        <span class="rk-heat-scale">
          <span>{inWords(scale, least)}</span>
          <i style={{ background: SPECTRUM }} aria-hidden="true" />
          <span class="rk-unseen">to</span>
          <span>{inWords(scale, most)}</span>
        </span>
      )}
      {rest ? <span class="rk-dim">{rest}</span> : null}
    </div>
  );
}
