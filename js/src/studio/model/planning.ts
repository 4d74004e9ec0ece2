import { isAbort, reason } from "../../format";
import { type Connection, type Fields, RefusedError } from "../../kernel/connection";
import type { Store } from "../../store";
import { makesSeveral, requestOf } from "./asking";
import { chosenEndpoint, type StudioState } from "./state";

/** Milliseconds without a key pressed before the kernel is asked. */
const REST = 350;

/** What the plan depends on. Jobs are not among it: they change every second. */
const BASIS = ["draft", "images", "takes", "sending"] as const;

/**
 * Keeps `plan` up to date with the form while the form asks for several takes.
 *
 * The kernel counts, and sends nothing to the service. Typing never waits for it.
 */
export function planning(state: Store<StudioState>, connection: Connection): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();

  function look(): void {
    clearTimeout(timer);
    asking.abort(new DOMException("There is a newer one.", "AbortError"));
    const now = state.get();
    const endpoint = chosenEndpoint(now);
    const request = endpoint && requestOf(now, endpoint, false);
    if (!request || !makesSeveral(request)) {
      state.set({ plan: null });
      return;
    }
    const { again: _, ...fields } = request;
    timer = setTimeout(() => void ask(fields), REST);
  }

  async function ask(fields: Fields<"plan">): Promise<void> {
    asking = new AbortController();
    try {
      const { value } = await connection.request("plan", fields, [], { signal: asking.signal });
      state.set({ plan: value });
    } catch (error) {
      // Only what is wrong with the prompt is said while it is written; the rest, when it is to be made.
      const problem = error instanceof RefusedError && error.field === "prompt" ? reason(error) : null;
      if (!isAbort(error)) state.set({ plan: problem === null ? null : { problem } });
    }
  }

  look();
  const unfollow = state.subscribe((now, before) => {
    if (BASIS.some((name) => now[name] !== before[name])) look();
  });
  return () => {
    unfollow();
    clearTimeout(timer);
    asking.abort();
  };
}
