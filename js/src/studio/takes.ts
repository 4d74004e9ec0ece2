import type { Take } from "../protocol";
import type { Session } from "./session";

/** Opens a take in the player because a person asked for it: it plays as soon as it can. */
export function openTake(session: Session, take: Take): void {
  const { unseen } = session.state.get();
  session.state.set({
    open: { take: take.id, press: true },
    // From now on, and not only from the first frame: another that comes in must not push it away.
    playing: take.kind === "video" || take.kind === "audio" ? take.id : null,
    unseen: new Set([...unseen].filter((id) => id !== take.id)),
  });
}
