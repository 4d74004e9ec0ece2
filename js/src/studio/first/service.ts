import { refuse, type Session } from "../model/session";

/** Has the kernel start a sandbox and use it, or go back to the service it used before. */
export async function turnSandbox(session: Session, on: boolean): Promise<void> {
  try {
    await session.connection.request("use_sandbox", { on });
    session.state.set({
      outcome: null,
      said: on ? "The sandbox is on. Nothing is charged." : "The sandbox is off.",
    });
  } catch (error) {
    refuse(session, error);
  }
}
