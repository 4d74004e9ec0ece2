import type { Take } from "../../kernel/protocol";
import type { Session } from "./session";
import type { StudioState } from "./state";
import { selectedTakes, takeById } from "./state";

/**
 * The stage is where a take is looked at, or several side by side. It never changes under a person: a take that comes in
 * while it is occupied is announced, and shown when they ask for it. Who pressed Generate and has turned to nothing else
 * since is waiting for that take.
 */
type OnStage = Pick<StudioState, "takes" | "wall" | "open" | "selected">;

/** Whether something is looked at. */
export function isOccupied(state: OnStage): boolean {
  return isComparing(state) || takeById(state, state.open?.take) !== undefined;
}

export function isComparing(state: OnStage): boolean {
  return selectedTakes(state).length > 1;
}

/** Takes that have come in and were not looked at yet, newest first. */
export function waiting(state: OnStage & Pick<StudioState, "unseen">): Take[] {
  const seen = isComparing(state) ? state.selected : [];
  return [...state.unseen].reverse().flatMap((id) => (seen.includes(id) ? [] : (takeById(state, id) ?? [])));
}

/** Remembers that Generate was pressed for a job. `asked` is how things stood then. */
export function awaitTake(session: Session, job: string, { open, selected }: OnStage): void {
  if (!session.onStage) session.state.set({ awaited: { job, open, selected } });
}

/** A person touches what is looked at: nothing takes its place any more. */
export function turnToStage({ state }: Pick<Session, "state">): void {
  if (state.get().awaited) state.set({ awaited: null });
}

/** The take among those that came in that a person waits for, if nothing else was turned to. */
function wanted({ awaited, ...now }: StudioState, arrived: readonly Take[]): Take | undefined {
  if (!awaited || isComparing(now) || now.open !== awaited.open || now.selected !== awaited.selected) return;
  return arrived.find((take) => take.id === awaited.job);
}

/** Shows a take that came in, or announces it where something else is looked at. */
export function receive(session: Pick<Session, "state">, arrived: readonly Take[]): void {
  const now = session.state.get();
  const [newest] = arrived;
  if (!newest) return;
  const shown = wanted(now, arrived) ?? (isOccupied(now) ? undefined : newest);
  const unseen = new Set(now.unseen);
  // Oldest first, so that the set tells in which order they came.
  for (const take of [...arrived].reverse()) if (take !== shown) unseen.add(take.id);
  session.state.set({
    unseen,
    ...(shown
      ? { open: { take: shown.id, press: false }, said: `The take is ready: ${shown.prompt}` }
      : {
          said:
            arrived.length > 1
              ? `${arrived.length} takes are ready.`
              : `Another take is ready: ${newest.prompt}`,
        }),
  });
}

/**
 * Shows the take that Generate found in the library. `asked` is how things stood when it was pressed: where a person has
 * turned to something else since then, the take is announced.
 */
export function showFound(session: Session, id: string, asked: OnStage): void {
  const now = session.state.get();
  const turned = session.onStage || now.open !== asked.open || now.selected !== asked.selected;
  if (turned && isOccupied(now) && now.open?.take !== id)
    session.state.set({ unseen: new Set([...now.unseen, id]) });
  else session.state.set({ open: { take: id, press: false }, selected: [] });
}
