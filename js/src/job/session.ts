import type { AnyModel } from "@anywidget/types";
import { isAbort, reason } from "../format";
import { type BlobUrls, blobOf, blobUrls } from "../kernel/blob-urls";
import { type Connection, connect } from "../kernel/connection";
import type { Liveness } from "../kernel/heartbeat";
import type { Job, ProgressTraits } from "../kernel/protocol";
import { createStore, type Store } from "../store";
import { type Beginnings, beginnings, isUnfinished } from "./clock";
import { untilResult } from "./until-result";

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
  connection: Connection;
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
  const end = untilResult(connection, state, {
    running,
    left: () => state.get().job?.state === "kept",
    what: "The take is",
  });

  function changed(): void {
    const before = state.get();
    const job = model.get("job") ?? null;
    state.set({
      job,
      beginnings: beginnings(job ? [job] : [], before.beginnings, Date.now()),
      liveness: "alive",
      said: job && job.state !== before.job?.state ? (job.error ?? job.stage) : before.said,
    });
    end.follow();
  }
  model.on("change:job", changed);

  return {
    connection,
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
      end.end();
      connection.close();
      previews.clear();
    },
  };
}
