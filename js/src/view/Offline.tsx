import type { Liveness } from "../kernel/heartbeat";
import { Notice } from "./Notice";

/** Says that the kernel is not there, what that means and what to do; nothing while it is. */
export function Offline({ liveness, what }: { liveness: Liveness; what: string }) {
  if (liveness === "alive") return null;
  return (
    <div class="rk-section rk-offline">
      {liveness === "gone" ? (
        <Notice tone="problem">
          <b>The kernel is gone.</b> Jobs and takes are kept: run the cell again, and the {what} comes back
          with them.
        </Notice>
      ) : (
        <Notice tone="problem">
          <b>The kernel does not answer.</b> It may be busy with a cell; the {what} goes on by itself when it
          is free.
        </Notice>
      )}
    </div>
  );
}
