import { makesSeveral, missing, requestOf } from "./asking";
import type { Session } from "./session";
import { refuse } from "./session";
import { showAsked } from "./stage";
import { chosenEndpoint } from "./state";
import { beginSweep } from "./sweeping";

/**
 * Generates what the form asks for.
 *
 * `again` asks for another take where one is kept already. `agreed` is how many new takes of a sweep the person has been
 * told of and wants.
 */
export async function generate(session: Session, again = false, agreed = 0): Promise<void> {
  const { state, connection } = session;
  const now = state.get();
  const endpoint = chosenEndpoint(now);
  if (now.sending || now.liveness === "gone" || !endpoint) return;
  const lacking = missing(now, endpoint);
  if (lacking) return state.set({ outcome: lacking, said: lacking.message });
  const fields = requestOf(now, endpoint, again);
  session.writing.send();
  state.set({ sending: true, outcome: null });
  try {
    const value = makesSeveral(fields)
      ? await beginSweep(session, { ...fields, agreed })
      : (await connection.request("generate", fields)).value;
    if (!value) return;
    if (value.kept) {
      state.set({
        outcome: { kind: "kept", take: value.job },
        said: "You already have this take. No charge.",
      });
    } else {
      state.set({ said: `Requested a take from ${endpoint.title}.` });
    }
    showAsked(session, value.job, now);
  } catch (error) {
    refuse(session, error);
  } finally {
    state.set({ sending: false });
  }
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
export async function refreshModels(session: Session): Promise<void> {
  const { state, connection } = session;
  state.set({ outcome: null, said: "Asking for your account’s models…" });
  try {
    const { message } = (await connection.request("refresh_models", {})).value;
    state.set({ outcome: { kind: "told", message }, said: message });
  } catch (error) {
    refuse(session, error, "The list of models was not refreshed.");
  }
}

/** Takes a job that ended badly out of the list. */
export async function dismiss(session: Session, job: string): Promise<void> {
  try {
    await session.connection.request("dismiss", { job });
  } catch (error) {
    refuse(session, error);
  }
}
