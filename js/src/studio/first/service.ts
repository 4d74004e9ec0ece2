import { attempt, type Session } from "../model/session";

/** Has the kernel start a sandbox and use it, or go back to the service it used before. */
export function turnSandbox(session: Session, on: boolean): Promise<void> {
  return attempt(session, async () => {
    await session.connection.request("use_sandbox", { on });
    session.state.set({
      outcome: null,
      said: on ? "The sandbox is on. Nothing is charged." : "The sandbox is off.",
    });
  });
}
