import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { Remarks } from "../poster/Remarks";
import { inWords, measureBy, measuredOf } from "./known";

/** The words over a take's picture: remarks, what is probably wrong, and the measure that the wall is sorted by. */
export function Marks({ session, take }: { session: Session; take: Take }) {
  const state = useStore(session.state);
  const { by } = state.wall.filters;
  const measured = measuredOf(state, take);
  const measure = measureBy(state, by);
  const value = measure && measured?.values[measure.name];
  const [first, ...others] = measured?.flags ?? [];
  // Room for the length and the stars at the other end.
  const { rating, verdict, others: files } = take;
  const taken = 48 + 10 * rating + (verdict === "rejected" ? 54 : verdict ? 18 : 0) + (files.length ? 28 : 0);
  return (
    <>
      {take.remarks.length ? <Remarks remarks={take.remarks} /> : null}
      {measure || first ? (
        <span class="rk-take-marks" style={{ "--rk-taken": `${taken}px` }}>
          {measure ? (
            <span class="rk-take-value">
              <span class="rk-unseen">{measure.label}: </span>
              {value !== undefined ? inWords(measure, value) : measured ? "no value" : "not measured"}
              <span class="rk-unseen">. </span>
            </span>
          ) : null}
          {first ? (
            <span class="rk-take-flag" title={["Probably wrong:", first, ...others].join("\n")}>
              <span class="rk-unseen">Probably wrong: </span>
              <span>{first}</span>
              {others.length ? (
                <>
                  <b aria-hidden="true">+{others.length}</b>
                  <span class="rk-unseen">, {others.join(", ")}</span>
                </>
              ) : null}
              <span class="rk-unseen">. </span>
            </span>
          ) : null}
        </span>
      ) : null}
    </>
  );
}
