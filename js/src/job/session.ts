import type { AnyModel } from "@anywidget/types";
import { isAbort, reason } from "../format";
import { type BlobUrls, blobOf, blobUrls } from "../kernel/blob-urls";
import { connect } from "../kernel/connection";
import { heartbeat, type Liveness } from "../kernel/heartbeat";
import type { Job, ProgressTraits } from "../kernel/protocol";
import { createStore, type Store } from "../store";
import { type Beginnings, beginnings, isUnfinished } from "./clock";

/** Milliseconds after which a cell's output was replaced, where it is. */
export const REPLACED = 700;

export interface ProgressState {
  job: Job | null;
  beginnings: Beginnings;
  liveness: Liveness;
  /** As in the studio: undefined until Cancel is pressed, null until it is answered, then the answer. */
  cancelling: string | null | undefined;
  /** Why cancelling failed. */
  problem: string | null;
  /** What the job left, where this view has to show it: the cell's output was not replaced. */
  result: string;
  said: string;
}

/** What the views of one job share. */
export interface ProgressSession {
  state: Store<ProgressState>;
  previews: BlobUrls;
  cancel(): Promise<void>;
  close(): void;
}

export function openProgress(model: AnyModel<ProgressTraits>): ProgressSession {
  const first = model.get("job") ?? null;
  const state = createStore<ProgressState>({
    job: first,
    beginnings: beginnings(first ? [first] : [], new Map(), Date.now()),
    liveness: "alive",
    cancelling: undefined,
    problem: null,
    result: "",
    said: "",
  });
  const connection = connect(model, (liveness) => state.set({ liveness }));
  const previews = blobUrls(async (digest) => blobOf(await connection.request("preview", { digest })), {
    count: 4,
    bytes: 4e6,
  });

  const running = () => {
    const { job } = state.get();
    return job !== null && isUnfinished(job);
  };
  /**
   * The take of a page that was loaded while the cell waited: the cell's output is not replaced there. In another one
   * this view is gone by then.
   */
  let later: ReturnType<typeof setTimeout> | undefined;
  const showResult = () => {
    if (later !== undefined || state.get().job?.state !== "kept") return;
    later = setTimeout(async () => {
      try {
        const { html } = (await connection.request("result", {})).value;
        state.set({ result: html, ...(html ? { said: "The take is ready." } : {}) });
      } catch (error) {
        if (isAbort(error)) return;
        later = undefined;
        state.set({
          problem: `The take is kept, and could not be shown. ${reason(error)} Run this cell again to see it.`,
        });
      }
    }, REPLACED);
  };
  showResult();
  const beat = () => heartbeat(connection, running, () => state.set({ liveness: "silent" }));
  let stop = running() ? beat() : undefined;

  function changed(): void {
    const before = state.get();
    const job = model.get("job") ?? null;
    state.set({
      job,
      beginnings: beginnings(job ? [job] : [], before.beginnings, Date.now()),
      liveness: "alive",
      said: job && job.state !== before.job?.state ? (job.error ?? job.stage) : before.said,
    });
    // A finished job says nothing more, and a notebook may hold many of them.
    if (running()) stop ??= beat();
    else {
      stop?.();
      stop = undefined;
    }
    showResult();
  }
  model.on("change:job", changed);

  return {
    state,
    previews,
    async cancel() {
      const { job, cancelling } = state.get();
      if (!job || cancelling !== undefined) return;
      state.set({ cancelling: null, problem: null });
      try {
        const { message } = (await connection.request("cancel", { job: job.id })).value;
        state.set({ cancelling: message, said: message });
      } catch (error) {
        if (isAbort(error)) return;
        const problem = `The job was not cancelled. ${reason(error)}`;
        state.set({ cancelling: undefined, problem, said: problem });
      }
    },
    close() {
      model.off("change:job", changed);
      stop?.();
      clearTimeout(later);
      connection.close();
      previews.clear();
    },
  };
}
