import type { Liveness } from "../kernel/heartbeat";
import { Notice } from "./Notice";

/** Says that the kernel is not there, what that means and what to do; nothing while it is. */
export function Offline({ liveness, what }: { liveness: Liveness; what: string }) {
  if (liveness === "alive") return null;
  return (
    <div class="rk-section rk-offline">
      {liveness === "gone" ? (
        <Notice tone="problem">
          <b>Kernel stopped.</b> Nothing is lost; rerun this cell to continue.
        </Notice>
      ) : (
        <Notice tone="problem">
          <b>Kernel busy.</b> The {what} will continue when it's free.
        </Notice>
      )}
    </div>
  );
}
