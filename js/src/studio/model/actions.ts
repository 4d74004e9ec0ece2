import { revealStage } from "../loading/reveal";
import { makesSeveral, missing, requestOf } from "./asking";
import { attempt, refuse, type Session } from "./session";
import { isComparing, openJob, showAsked } from "./stage";
import { type Asked, chosenEndpoint, takeById } from "./state";
import { beginSweep } from "./sweeping";
import { openTake } from "./takes";

/** What the form says, once. */
const ONCE: Asked = { again: false, takes: 1 };

/**
 * Generates what the form asks for.
 *
 * `asked` says how often, and whether anew where takes are kept already. `agreed` is how many new takes the person has
 * been told of and wants.
 */
export async function generate(session: Session, asked = ONCE, agreed = 0): Promise<void> {
  const { state, connection } = session;
  const now = state.get();
  const endpoint = chosenEndpoint(now);
  if (now.sending || now.liveness === "gone" || !endpoint) return;
  const lacking = missing(now, endpoint);
  if (lacking) return state.set({ outcome: lacking, said: lacking.message });
  const fields = requestOf(now, endpoint, asked.again);
  session.writing.send();
  state.set({ sending: true, outcome: null });
  const several = makesSeveral(fields) || asked.takes > 1;
  // At once, and not when it is there: by then a person has gone on. Several of them appear elsewhere.
  if (!several && !session.onStage && !isComparing(now)) revealStage(session.form);
  try {
    const value = several
      ? await beginSweep(session, { ...fields, agreed }, asked)
      : (await connection.request("generate", fields)).value;
    if (!value) return;
    const message = value.told ?? (value.kept && "You already have this take. No charge.");
    if (message) state.set({ outcome: { kind: "told", message }, said: message });
    else state.set({ said: `Requested a take from ${endpoint.title}.` });
    showAsked(session, value.job, now);
  } catch (error) {
    refuse(session, error);
  } finally {
    state.set({ sending: false });
  }
}

/** Shows on the stage what the form has made already, or is making; nothing is asked for, and nothing charged. */
export async function showExisting(
  session: Session,
  { job, made }: { job: string; made: boolean },
): Promise<void> {
  const { state, connection } = session;
  revealStage(session.form);
  if (!made) return openJob(session, job);
  return attempt(session, async () => {
    if (!takeById(state.get(), job)) await connection.request("show_take", { take: job });
    const take = takeById(state.get(), job);
    if (take) openTake(session, take);
    // As a take that is opened while it is on its way.
    else openJob(session, job);
  });
}

/** Asks the kernel to cancel a job; its answer is shown with the job. */
export async function cancel(session: Session, job: string): Promise<void> {
  const { state, connection } = session;
  const answer = (words: string | null) =>
    state.set({ cancelling: { ...state.get().cancelling, [job]: words }, ...(words ? { said: words } : {}) });
  if (job in state.get().cancelling) return;
  answer(null);
  try {
    answer((await connection.request("cancel", { job })).value.message);
  } catch (error) {
    const { [job]: _, ...others } = state.get().cancelling;
    state.set({ cancelling: others });
    refuse(session, error, "The job was not cancelled.");
  }
}

/** Asks for the account's models anew; the menu follows by itself. */
export function refreshModels(session: Session): Promise<void> {
  const { state, connection } = session;
  state.set({ outcome: null, said: "Asking for your account’s models…" });
  const ask = async () => {
    const { message } = (await connection.request("refresh_models", {})).value;
    state.set({ outcome: { kind: "told", message }, said: message });
  };
  return attempt(session, ask, "Could not refresh the list of models.");
}

/** Takes a job that ended badly out of the list. */
export function dismiss(session: Session, job: string): Promise<void> {
  return attempt(session, () => session.connection.request("dismiss", { job }));
}
