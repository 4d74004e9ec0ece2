import { useEffect } from "preact/hooks";
import { useAfter } from "../../hooks/effects";
import { useStore } from "../../store";
import { Bar } from "../../view/Bar";
import { Notice } from "../../view/Notice";
import { attempt, type Session } from "../model/session";
import { refine } from "../wall/finding";
import { bringUpToDate, loadMeasures, measureBy, rememberSorting } from "./known";

/** Milliseconds between two looks at what was measured meanwhile. */
const PAUSE = 600;

/** Keeps what is measured up to date; under the head of a wall that is sorted by a measure, offers to measure the rest. */
export function Sorted({ session }: { session: Session }) {
  const { measuring, measures, wall, liveness } = useStore(session.state);
  const { by } = wall.filters;
  const measure = measureBy({ measures }, by);
  const look = () =>
    // What the library has of each is counted once all is measured.
    Promise.all([
      measuring?.running && measures ? null : loadMeasures(session),
      bringUpToDate(session),
    ]).catch(() => {
      // The next look has it.
    });
  useEffect(() => {
    void look();
    return rememberSorting(session);
  }, []);
  const changed = measuring?.changed ?? 0;
  useAfter(PAUSE, changed > 0, look, [changed, measuring?.running]);
  if (!measure || !measures) return null;
  const measureRest = (on: boolean) =>
    attempt(session, () => session.connection.request("measure_older", { on }));
  const number = (count: number) => count.toLocaleString("en");
  if (measuring?.running) {
    const { done, of } = measuring;
    const words = `${number(done)} of ${number(of)} measured`;
    return (
      <div class="rk-unmeasured rk-small">
        <Bar label="Measuring takes" done={of ? done / of : null} of={of} words={words} />
        <span>{words}</span>
        <button type="button" class="rk-button" onClick={() => measureRest(false)}>
          Stop
          <span class="rk-unseen"> measuring</span>
        </button>
      </div>
    );
  }
  const { unmeasured } = measures;
  if (measuring?.problem)
    return (
      <Notice
        tone="problem"
        action={
          <button type="button" class="rk-button" onClick={() => measureRest(true)}>
            Continue
          </button>
        }
      >
        {measuring.problem}
      </Notice>
    );
  if (changed && measuring?.of && !unmeasured)
    return (
      <div class="rk-unmeasured rk-small">
        <span class="rk-dim">All takes are measured.</span>
        <button type="button" class="rk-button" onClick={() => refine(session, {})}>
          Sort again
        </button>
      </div>
    );
  if (!unmeasured) return null;
  return (
    <div class="rk-unmeasured rk-small">
      <span class="rk-dim">
        {unmeasured === 1 ? "1 take is" : `${number(unmeasured)} takes are`} not measured yet and
        {unmeasured === 1 ? " comes" : " come"} last.
      </span>
      <button
        type="button"
        class="rk-button"
        disabled={liveness === "gone"}
        title="In the background, with low priority. No charge."
        onClick={() => measureRest(true)}
      >
        Measure {unmeasured === 1 ? "it" : `the ${number(unmeasured)} older takes`}
      </button>
    </div>
  );
}
