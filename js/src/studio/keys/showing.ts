import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { isComparing } from "../model/stage";

/** Milliseconds that keys rest before the take they have come to is shown. */
const REST = 120;

const resting = new WeakMap<Session, ReturnType<typeof setTimeout>>();

/**
 * Shows a take on the stage in passing, muted, as the keys come to it. A comparison stays: keys also lead to what is
 * added to it. While a key is held down, only the take it ends at is shown.
 */
export function showTake(session: Session, take: Take, held = false): void {
  clearTimeout(resting.get(session));
  if (held) {
    resting.set(
      session,
      setTimeout(() => showTake(session, take), REST),
    );
    return;
  }
  const now = session.state.get();
  if (isComparing(now) || now.open?.take === take.id) return;
  session.state.set({
    open: { take: take.id, press: kindOf(take.kind).has_frames, muted: true },
    unseen: new Set([...now.unseen].filter((id) => id !== take.id)),
  });
}
