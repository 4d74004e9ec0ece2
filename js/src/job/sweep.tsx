import type { Fields } from "../kernel/connection";
import type { Sweep } from "../kernel/protocol";
import { Bar } from "../view/Bar";

export type Steer = Fields<"sweep_control">["do"];

/** The buttons that pause a sweep, let it go on, and cancel it, while it is at work. */
export function Steering(props: { sweep: Sweep; offline: boolean; steer: (what: Steer) => void }) {
  const { done, cancelled, paused } = props.sweep;
  if (done) return null;
  const press = (what: Steer) => () => props.offline || props.steer(what);
  return (
    <>
      {cancelled ? null : (
        <button
          type="button"
          class="rk-button"
          title={paused ? "Send the rest" : "Send no more for now; requests in progress continue"}
          aria-disabled={props.offline}
          onClick={press(paused ? "resume" : "pause")}
        >
          {paused ? "Resume" : "Pause"}
          <span class="rk-unseen"> the variations</span>
        </button>
      )}
      <button
        key="cancel"
        type="button"
        class="rk-button"
        title="Unsent requests cost nothing; the rest are cancelled at the service"
        aria-disabled={props.offline || cancelled}
        onClick={cancelled ? undefined : press("cancel")}
      >
        {cancelled ? "Cancelling" : "Cancel"}
        <span class="rk-unseen"> the variations</span>
      </button>
    </>
  );
}

/** How far a sweep is, while it is at work. */
export function SweepBar({ sweep }: { sweep: Sweep }) {
  if (sweep.done) return null;
  const { length } = sweep.positions;
  return (
    <Bar label="Progress of the variations" done={sweep.finished / length} of={length} words={sweep.words} />
  );
}

/** A reason without the ids of its job and request, which belong to its job. */
export const withoutIds = (reason: string) => reason.replace(/ ?\(Job [^)]*\)/g, "");

/** Why positions came to nothing, each reason once. */
export function reasonsOf({ positions }: Pick<Sweep, "positions">): string[] {
  return [...new Set(positions.flatMap(({ error }) => (error ? withoutIds(error) : [])))];
}

/** The prompt of all positions, where it is one. */
export function promptOf({ positions }: Pick<Sweep, "positions">): string {
  const prompts = new Set(positions.map(({ prompt }) => prompt));
  return prompts.size === 1 ? ([...prompts][0] ?? "") : "";
}

/** What each position is called: the heading of its row, then that of its column. */
export function namesOf({ rows, columns }: Pick<Sweep, "rows" | "columns">): string[] {
  return rows.flatMap((row) => columns.map((column) => [row, column].filter(Boolean).join(", ")));
}
