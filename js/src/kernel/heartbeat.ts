import { type Connection, NoAnswerError } from "./connection";

/**
 * Whether the kernel is there: "silent" is either busy or dead; "gone" means that the host itself
 * refuses to send.
 */
export type Liveness = "alive" | "silent" | "gone";

/** Seconds between two pings. */
const EVERY = { busy: 2, idle: 10 };

/**
 * Asks the kernel for a sign of life: every 2 s while a job runs (which also makes hosts deliver what
 * they would otherwise hold back), else every 10 s while the page is visible.
 *
 * The connection tells of life and of its end; `onSilence` is called when no answer came. Returns a function
 * that ends it.
 */
export function heartbeat(connection: Connection, busy: () => boolean, onSilence: () => void): () => void {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout>;

  async function beat(): Promise<void> {
    if (busy() || document.visibilityState === "visible") {
      try {
        await connection.request("ping", {}, [], { signal: over.signal });
      } catch (error) {
        if (error instanceof NoAnswerError) onSilence();
      }
    }
    if (!over.signal.aborted) timer = setTimeout(beat, (busy() ? EVERY.busy : EVERY.idle) * 1000);
  }

  timer = setTimeout(beat, 0);
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
