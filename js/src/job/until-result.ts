import { isAbort, reason } from "../format";
import type { Connection } from "../kernel/connection";
import { heartbeat, type Liveness } from "../kernel/heartbeat";
import type { Store } from "../store";

/** Milliseconds after which a cell's output was replaced, where it is. */
const REPLACED = 700;

/** What a cell's view says of its end. */
interface AtItsEnd {
  liveness: Liveness;
  /** Why a button did nothing, or why what was left cannot be shown. */
  problem: string | null;
  /** What was left, where this view has to show it: the cell's output was not replaced. */
  result: string;
  said: string;
}

interface About {
  running: () => boolean;
  /** Whether something was left that can be shown. */
  left: () => boolean;
  /** What that is, as a sentence begins with it. */
  what: "The take is" | "The takes are";
}

/**
 * Follows a cell's view to its end: asks for signs of life while it runs, and then shows what was left, in a page that was
 * loaded while the cell waited: the cell's output is not replaced there. In another one the view is gone by then.
 */
export function untilResult(connection: Connection, state: Store<AtItsEnd>, about: About) {
  const { running, left, what } = about;
  let later: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;

  async function showResult(): Promise<void> {
    try {
      const { html } = (await connection.request("result", {})).value;
      state.set({ result: html, ...(html ? { said: `${what} ready.` } : {}) });
    } catch (error) {
      if (isAbort(error)) return;
      later = undefined;
      const them = what === "The take is" ? "it" : "them";
      state.set({
        problem: `${what} kept, and could not be shown. ${reason(error)} Run this cell again to see ${them}.`,
      });
    }
  }

  function follow(): void {
    // A finished one says nothing more, and a notebook may hold many of them.
    if (running()) stop ??= heartbeat(connection, running, () => state.set({ liveness: "silent" }));
    else {
      stop?.();
      stop = undefined;
    }
    if (left()) later ??= setTimeout(showResult, REPLACED);
  }
  follow();
  return {
    /** To be called when the kernel has told something. */
    follow,
    end(): void {
      stop?.();
      clearTimeout(later);
    },
  };
}
