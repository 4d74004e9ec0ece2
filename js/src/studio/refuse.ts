import { RefusedError } from "../connection";
import { isAbort, reason } from "../words";
import type { Session } from "./session";

/** Shows what went wrong, at its field where the kernel named one. Something given up on purpose is no error. */
export function refuse(session: Session, error: unknown, before = ""): void {
  if (isAbort(error)) return;
  const message = `${before} ${reason(error)}`.trim();
  const field = error instanceof RefusedError ? error.field : null;
  session.state.set({ outcome: { kind: "problem", field, message }, said: message });
}
