import type { AnyModel } from "@anywidget/types";
import { blobOf, blobUrls } from "../kernel/blob-urls";
import { type Connection, connect } from "../kernel/connection";
import { heartbeat } from "../kernel/heartbeat";
import type { JudgeTraits } from "../kernel/protocol";
import { createJudging, type Judging } from "./judging";

export interface CellJudging extends Judging {
  connection: Connection;
}

/** Judging in a cell, whose kernel knows the takes. */
export function openJudging(model: AnyModel<JudgeTraits>): CellJudging {
  const connection = connect(model, (liveness) =>
    judging.state.set(liveness === "alive" ? { gone: false, silent: false } : { gone: true }),
  );
  const { request } = connection;
  const posters = blobUrls((take) => request("poster", { take }).then(blobOf), { count: 120, bytes: 60e6 });
  const media = blobUrls((take) => request("media", { take }).then(blobOf), { count: 8, bytes: 200e6 });
  const judging = createJudging(connection, { posters, media }, []);
  const stop = heartbeat(
    connection,
    () => false,
    () => judging.state.set({ silent: true }),
  );
  void judging.begin();
  return {
    ...judging,
    connection,
    close() {
      stop();
      judging.close();
      connection.close();
      for (const urls of [posters, media]) urls.clear();
    },
  };
}
