import type { Job } from "../../kernel/protocol";
import { attempt, type Session } from "../model/session";
import { load } from "./loading";

/** Asks once more for what a job did not make. Who looks at the job goes on with the new one. */
export function retry(session: Session, job: Job): Promise<void> {
  const { state, connection } = session;
  return attempt(session, async () => {
    const { value } = await connection.request("retry", { job: job.id });
    const { open } = state.get();
    state.set({
      ...(open?.take === job.id ? { open: { ...open, take: value.job } } : {}),
      said: `Retrying: ${job.prompt || job.title}`,
    });
  });
}

/** Puts the request of a job that ended badly into the form, to change it and try again. */
export function editAndRetry(session: Session, job: Job): Promise<void> {
  const asked = { job: job.id, by: session.writing.page };
  const ask = async () => (await session.connection.request("recall_job", asked)).value;
  return load(session, "Loaded the request that failed. Edit it and try again.", ask);
}
