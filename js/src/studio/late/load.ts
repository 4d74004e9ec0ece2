import { isAbort, reason } from "../../format";
import type { Connection } from "../../kernel/connection";
import type { Store } from "../../store";
import type { StudioState } from "../model/state";

/**
 * What asks the kernel for the second script, once for a studio, and anew where it did not come.
 *
 * `shared` is what both scripts need; it is not loaded twice. The script is imported as the first one was by the host,
 * from the URL of a Blob, which a page that has let that one in lets in too.
 */
export function openLate(
  state: Store<StudioState>,
  { request }: Connection,
  shared: unknown,
): () => Promise<void> {
  let coming: Promise<void> | null = null;
  async function load(): Promise<void> {
    state.set({ late: null });
    try {
      const { value } = await request("late", {});
      const url = URL.createObjectURL(new Blob([value.script], { type: "text/javascript" }));
      const module = { exports: {} };
      try {
        const { default: run } = await import(/* @vite-ignore */ url);
        run(() => shared, module);
      } finally {
        URL.revokeObjectURL(url);
      }
      state.set({ late: { parts: module.exports, sheet: value.sheet } });
    } catch (error) {
      coming = null;
      if (!isAbort(error)) state.set({ late: { problem: reason(error) } });
    }
  }
  return () => {
    coming ??= load();
    return coming;
  };
}

/** Does something when the page has nothing else to do, soon; returns what calls it off. */
export function whenIdle(action: () => void): () => void {
  // Safari does not say when that is.
  if (!globalThis.requestIdleCallback) {
    const timer = setTimeout(action, SOON);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(action, { timeout: SOON });
  return () => cancelIdleCallback(asked);
}

/** Milliseconds. */
const SOON = 2000;
