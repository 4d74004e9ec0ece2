import type { Collection, OfTeam, Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { refuse } from "../model/session";
import type { StudioState } from "../model/state";
import { refine } from "../wall/finding";

/** Puts takes into a collection; one of a new name is made, and shared with the team or not. */
export async function collect(
  session: Session,
  takes: string[],
  collection: string,
  shared = false,
): Promise<void> {
  const { state, connection } = session;
  const { value } = await connection.request("collect", { takes, collection, shared });
  const { added, made } = value;
  const words = added.length ? `Added ${countOf(added)} to ${collection}.` : `Already in ${collection}.`;
  state.set({
    ...withCollection(state.get(), takes, collection, true),
    said: words,
    collected: added.length ? { collection, takes: added, added: true, made } : null,
  });
  look(session, collection);
}

/** Takes takes out of a collection; they stay in the library. `discard`: the collection too, if it is empty then. */
export async function takeOut(
  session: Session,
  takes: string[],
  collection: string,
  discard = false,
): Promise<void> {
  const { state, connection } = session;
  await connection.request("uncollect", { takes, collection, discard });
  state.set({
    ...withCollection(state.get(), takes, collection, false),
    said: `Removed ${countOf(takes)} from ${collection}.`,
    collected: discard ? null : { collection, takes, added: false, made: false },
  });
  look(session, collection);
}

/** Undoes what was done last, if that was a moment ago. */
export async function undoCollected(session: Session): Promise<void> {
  const { state } = session;
  const last = state.get().collected;
  if (!last) return;
  state.set({ collected: null });
  try {
    if (last.added) await takeOut(session, last.takes, last.collection, last.made);
    else await collect(session, last.takes, last.collection);
    state.set({ collected: null });
  } catch (error) {
    refuse(session, error);
  }
}

/** Shares one's own collection with the team, or keeps it for oneself again. */
export async function share({ state, connection }: Session, one: Collection): Promise<void> {
  const shared = !one.shared;
  await connection.request("share_collection", { collection: one.name, shared });
  state.set({ said: shared ? `${one.name} is shared with the team.` : `Only you see ${one.name} now.` });
}

export const countOf = (takes: readonly string[]) =>
  takes.length === 1 ? "1 take" : `${takes.length} takes`;

/** A wall that shows the collection shows what is in it now. */
function look(session: Session, collection: string): void {
  if (session.state.get().wall.filters.collection === collection) void refine(session, {});
}

/** The takes as they are in a collection, or out of it. The kernel counts anew by itself. */
function withCollection(
  { takes, wall }: StudioState,
  ids: readonly string[],
  name: string,
  inside: boolean,
): Partial<StudioState> {
  const named = ({ collections, ...team }: OfTeam): OfTeam => {
    const others = collections.filter((other) => other !== name);
    return { ...team, collections: inside ? [...others, name].sort() : others };
  };
  const changed = (take: Take): Take =>
    take.team && ids.includes(take.id) ? { ...take, team: named(take.team) } : take;
  const known = new Map([...wall.known].map(([id, take]) => [id, changed(take)]));
  return { takes: takes.map(changed), wall: { ...wall, known } };
}
