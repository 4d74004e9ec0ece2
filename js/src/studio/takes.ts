import type { Session } from "./session";

/** Opens a take in the player because a person asked for it: it plays as soon as it can. */
export function openTake(session: Session, take: string): void {
  const { unseen } = session.state.get();
  session.state.set({
    open: { take, press: true },
    unseen: new Set([...unseen].filter((id) => id !== take)),
  });
}
