import { isAbort, reason } from "../../format";
import { type Connection, type Fields, RefusedError } from "../../kernel/connection";
import type { Store } from "../../store";
import { makesSeveral, requestOf } from "./asking";
import { chosenEndpoint, type Draft, type StudioState } from "./state";

/** Milliseconds without a key pressed before the kernel is asked. */
const REST = 350;

/** Milliseconds after a choice, which is made once. */
const SOON = 60;

/** What the plan depends on. Jobs are not among it: they change every second. */
const BASIS = ["draft", "images", "takes", "sending", "endpoints"] as const;

/**
 * Keeps `plan` up to date with the form: how many takes it makes, at what price, and what the budget leaves.
 *
 * The kernel counts, and sends nothing to the service. Typing never waits for it.
 */
export function planning(state: Store<StudioState>, connection: Connection): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();
  let before: Draft | undefined;

  function look(): void {
    clearTimeout(timer);
    asking.abort(new DOMException("There is a newer one.", "AbortError"));
    const now = state.get();
    const endpoint = chosenEndpoint(now);
    if (!endpoint) return;
    const typed = before?.prompt !== now.draft.prompt;
    const chosen = !before || !samePrice(before, now.draft);
    before = now.draft;
    const { again: _, ...fields } = requestOf(now, endpoint, false);
    const { plan } = now;
    // The price of something else is not shown, not even for a moment.
    if (chosen && plan && !("problem" in plan)) state.set({ plan: { ...plan, old: true } });
    if (plan && "problem" in plan && !makesSeveral(fields)) state.set({ plan: null });
    timer = setTimeout(() => void ask(fields), typed ? REST : SOON);
  }

  async function ask(fields: Fields<"plan">): Promise<void> {
    asking = new AbortController();
    try {
      const { value } = await connection.request("plan", fields, [], { signal: asking.signal });
      state.set({ plan: value });
    } catch (error) {
      // Only what is wrong with the alternatives is said while they are written; the rest, when it is to be made.
      const wrong = error instanceof RefusedError && error.field === "prompt" && makesSeveral(fields);
      if (!isAbort(error)) state.set({ plan: wrong ? { problem: reason(error) } : null });
    }
  }

  look();
  const unfollow = state.subscribe((now, then) => {
    if (BASIS.some((name) => now[name] !== then[name])) look();
  });
  return () => {
    unfollow();
    clearTimeout(timer);
    asking.abort();
  };
}

/** Whether what is changed between two forms is words alone, on which no price depends. */
function samePrice(one: Draft, other: Draft): boolean {
  return one.endpoint === other.endpoint && one.wanted === other.wanted && one.models === other.models;
}
