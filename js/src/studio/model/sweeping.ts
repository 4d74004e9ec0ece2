import { counted } from "../../format";
import { named, store, stored } from "../../hooks/stored";
import type { Fields } from "../../kernel/connection";
import type { GenerateValue, Sweep, SweepPosition, Take } from "../../kernel/protocol";
import type { Store } from "../../store";
import { readable } from "./planning";
import { attempt, type Session } from "./session";
import { type Asked, chosenEndpoint, type StudioState, takeById } from "./state";

type Sweeping = Pick<StudioState, "sweeps" | "atWork">;

/** Begins everything that a form with several values asks for; resolves to the one take's value if it is only one. */
export async function beginSweep(
  session: Session,
  fields: Fields<"sweep_begin">,
  asked: Asked,
): Promise<GenerateValue | undefined> {
  const { state, connection } = session;
  const { value } = await connection.request("sweep_begin", { ...fields, ...asked });
  if (value.one) return value.one;
  if (value.sweep === null) {
    const price = priceOf(state.get(), asked, value.new);
    const each = `You'll be charged for each${price ? `, ${price} in all` : ""}.`;
    state.set({
      outcome: { kind: "many", new: value.new, asked },
      said: `This will make ${countWords(state.get(), value.new, "new")}. ${
        state.get().service.sandbox ? "No charge in the sandbox." : each
      } Press again to make them, Escape to cancel.`,
    });
    // The new one is worked on now: the one before folds into a row of the wall.
  } else state.set({ atWork: undefined, said: `Requested ${countWords(state.get(), value.new, "new")}.` });
  return undefined;
}

/** Such as "12 videos". */
export function countWords(state: StudioState, count: number, of = ""): string {
  return counted(count, chosenEndpoint(state)?.output, of);
}

/** What asking so often would cost, in words, where that is known and the plan is for just so many; else empty. */
export function priceOf({ plan }: StudioState, { again, takes }: Asked, count: number): string {
  const read = readable(plan);
  if (!read || read.old) return "";
  const price = again ? read.more.find((more) => more.takes === takes) : read.price;
  return price?.new === count && price.amount.includes("$") ? price.amount : "";
}

/** Steers a sweep as one. */
export function controlSweep(
  session: Session,
  sweep: Sweep,
  what: Fields<"sweep_control">["do"],
): Promise<void> {
  return attempt(session, () => session.connection.request("sweep_control", { sweep: sweep.id, do: what }));
}

/** The jobs, and takes, that have a position in a sweep. */
export function inSweeps({ sweeps }: Pick<StudioState, "sweeps">): Set<string> {
  return new Set(sweeps.flatMap((sweep) => sweep.positions.flatMap((position) => position.job ?? [])));
}

/**
 * The sweeps that are shown as grids: those at work, and of those that are done the one that a person works on. That is
 * the newest, until it is folded, or they unfold another or begin a new one.
 */
export function sweepsAtWork({ sweeps, atWork }: Sweeping): Sweep[] {
  return sweeps.filter((sweep, at) => !sweep.done || (atWork === undefined ? at === 0 : sweep.id === atWork));
}

/** The sweeps that are each folded into one row of the wall. */
export function foldedSweeps(state: Sweeping): Sweep[] {
  const shown = new Set(sweepsAtWork(state));
  return state.sweeps.filter((sweep) => !shown.has(sweep));
}

/** Folds a sweep into a row of the wall; one that made nothing is taken away. */
export function fold(session: Session, sweep: Sweep): void {
  const made = keptIn(sweep).length > 0;
  session.state.set({ atWork: null, said: made ? "Folded into one row of the takes." : "Dismissed." });
  if (!made) void controlSweep(session, sweep, "dismiss");
}

/** Whether a sweep has made everything that it was asked for: nothing is left to do in its grid. */
export function isWhole(sweep: Sweep): boolean {
  return sweep.done && keptIn(sweep).length > 0 && asked(sweep).every(({ state }) => state === "kept");
}

/** Shows a folded sweep as a grid again. */
export function unfold(session: Session, sweep: Sweep): void {
  session.state.set({ atWork: sweep.id, said: `Unfolded: ${titleOf(sweep)}.` });
}

/** Keeps over a reload of the page which sweep is worked on; one that was whole by then is folded. */
export function keepAtWork(state: Store<StudioState>, key: string | undefined): () => void {
  const name = named("sweep", key);
  const [newest] = state.get().sweeps;
  const kept = stored<string | null>(name);
  state.set({ atWork: kept === undefined && newest && isWhole(newest) ? null : kept });
  return state.subscribe(({ atWork }, before) => {
    if (atWork !== before.atWork) store(name, atWork);
  });
}

/** The positions that are asked for. */
export function asked({ positions }: Sweep): SweepPosition[] {
  return positions.filter(({ state }) => state !== "left_out");
}

/** "8 variations". */
export function titleOf(sweep: Sweep): string {
  const { length } = asked(sweep);
  return `${length} variation${length === 1 ? "" : "s"}`;
}

/** The ids of the takes that a sweep has made, in the order of its grid, each once. */
export function keptIn({ positions }: Sweep): string[] {
  return [...new Set(positions.flatMap(({ state, job }) => (state === "kept" && job !== null ? job : [])))];
}

/** Those of them that are here. */
export function takesOf(state: Parameters<typeof takeById>[0], sweep: Sweep): Take[] {
  return keptIn(sweep).flatMap((id) => takeById(state, id) ?? []);
}

/** What can be asked for once more, in words for a button, and what that costs; null where nothing can. */
export function lacking(sweep: Sweep, sandbox: boolean): { button: string; charge: string } | null {
  const count = (...states: SweepPosition["state"][]) =>
    new Set(sweep.positions.flatMap((one, at) => (states.includes(one.state) ? (one.job ?? at) : []))).size;
  const late = count("expired");
  const failed = count("failed") + late;
  const cancelled = count("cancelled");
  if (failed + cancelled === 0) return null;
  const which = [...(failed ? ["failed"] : []), ...(cancelled ? ["cancelled"] : [])].join(" and ");
  const anew = failed + cancelled - late;
  const requests =
    anew === 1
      ? "1 new request; you'll be charged for it."
      : `${anew} new requests; you'll be charged for each.`;
  const charge = sandbox
    ? "No charge in the sandbox."
    : [
        anew ? `Retrying sends ${requests}` : "",
        late ? "What timed out continues without a second charge." : "",
      ]
        .filter(Boolean)
        .join(" ");
  return { button: `Retry ${which} (${failed + cancelled})`, charge };
}
