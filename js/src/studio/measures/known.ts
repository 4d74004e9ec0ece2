import { named, store, stored } from "../../hooks/stored";
import type { Measure, Measured, Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { type StudioState, takeById } from "../model/state";
import { keptIn } from "../model/sweeping";
import { refine } from "../wall/finding";

/** Takes that are asked for at once. */
const MOST = 500;

/** What was measured of a take, if the page has it. */
export function measuredOf(state: StudioState, take: Take | string | null | undefined): Measured | undefined {
  const id = typeof take === "object" ? take?.id : take;
  const known = typeof take === "object" ? take : takeById(state, take);
  return (id && state.measured?.[id]) || known?.measured;
}

/** A measure by its name, or by what the wall is sorted by. */
export function measureBy({ measures }: Pick<StudioState, "measures">, by: string | null | undefined) {
  return measures?.measures.find(({ name }) => name === by?.replace("-", ""));
}

/** A value with its unit, such as "2.1 s". */
export function inWords({ digits, unit }: Pick<Measure, "digits" | "unit">, value: number): string {
  const number = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  // A minus that is as wide as a figure.
  return `${number.replace("-", "\u2212")}${unit && `\u00a0${unit}`}`;
}

/** Asks for the measures and the range of each in the library. */
export async function loadMeasures({ connection, state }: Session): Promise<void> {
  const { value } = await connection.request("measures", {});
  const sorts = value.measures.flatMap(({ name, label }) => [
    { value: name, label: `${label}, highest first` },
    { value: `-${name}`, label: `${label}, lowest first` },
  ]);
  state.set({ measures: value, sorts });
}

/** Sorts the wall as before the reload, and remembers how it is sorted; returns a function that stops that. */
export function rememberSorting(session: Session): () => void {
  const { state, key } = session;
  const name = named("sort", key);
  const by = stored<string>(name);
  const { chosen, filters } = state.get().wall;
  if (by && !chosen && by !== filters.by) void refine(session, { by });
  return state.subscribe(({ wall }, before) => {
    if (wall.filters.by !== before.wall.filters.by) store(name, wall.filters.by ?? undefined);
  });
}

/** Asks for what is not known to be measured of the takes that are here: on the wall, and in the sweeps. */
export async function bringUpToDate(session: Session): Promise<void> {
  const { state, connection } = session;
  const now = state.get();
  const ids = new Set([...now.sweeps.flatMap(keptIn), ...now.takes.map(({ id }) => id), ...now.wall.ids]);
  const lacking = [...ids].filter((id) => !measuredOf(now, id)).slice(0, MOST);
  if (!lacking.length) return;
  const { takes } = (await connection.request("measured", { takes: lacking })).value;
  if (Object.keys(takes).length) state.set({ measured: { ...state.get().measured, ...takes } });
}
