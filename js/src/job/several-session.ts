import type { AnyModel } from "@anywidget/types";
import { isAbort, reason } from "../format";
import { type BlobUrls, blobOf, blobUrls } from "../kernel/blob-urls";
import { type Connection, connect } from "../kernel/connection";
import type { Liveness } from "../kernel/heartbeat";
import type { Job, SeveralTraits, Sweep } from "../kernel/protocol";
import { createStore, type Store } from "../store";
import { type Beginnings, beginnings } from "./clock";
import type { Steer } from "./sweep";
import { untilResult } from "./until-result";

export interface SeveralState {
  sweep: Sweep;
  /** The jobs at work. */
  jobs: Job[];
  beginnings: Beginnings;
  liveness: Liveness;
  /** Why a button did nothing, or why the takes cannot be shown. */
  problem: string | null;
  /** What the sweep left, where this view has to show it: the cell's output was not replaced. */
  result: string;
  said: string;
}

/** What the views of one sweep share. */
export interface SeveralSession {
  connection: Connection;
  state: Store<SeveralState>;
  posters: BlobUrls;
  steer(what: Steer): Promise<void>;
  close(): void;
}

export function openSeveral(model: AnyModel<SeveralTraits>): SeveralSession {
  const jobs = model.get("jobs");
  const state = createStore<SeveralState>({
    sweep: model.get("sweep"),
    jobs,
    beginnings: beginnings(jobs, new Map(), Date.now()),
    liveness: "alive",
    problem: null,
    result: "",
    said: "",
  });
  const connection = connect(model, (liveness) => state.set({ liveness }));
  const posters = blobUrls(async (take) => blobOf(await connection.request("poster", { take })), {
    count: 100,
    bytes: 2e7,
  });
  const running = () => !state.get().sweep.done;

  const end = untilResult(connection, state, { running, left: () => !running(), what: "The takes are" });

  function changed(): void {
    const before = state.get();
    const [sweep, jobs] = [model.get("sweep"), model.get("jobs")];
    state.set({
      sweep,
      jobs,
      beginnings: beginnings(jobs, before.beginnings, Date.now()),
      liveness: "alive",
      said: sweep.words !== before.sweep.words ? sweep.words : before.said,
    });
    end.follow();
  }
  model.on("change:sweep", changed);
  model.on("change:jobs", changed);

  return {
    connection,
    state,
    posters,
    async steer(what) {
      try {
        await connection.request("sweep_control", { sweep: state.get().sweep.id, do: what });
        state.set({ problem: null });
      } catch (error) {
        if (!isAbort(error)) state.set({ problem: reason(error), said: reason(error) });
      }
    },
    close() {
      model.off("change:sweep", changed);
      model.off("change:jobs", changed);
      end.end();
      connection.close();
      posters.clear();
    },
  };
}
