import { isAbort, reason } from "../format";
import { type Connection, NoAnswerError } from "../kernel/connection";
import type { VotesPlanValue, VotesValue } from "../kernel/protocol";
import { createStore, type Store } from "../store";

export interface VotesState {
  step: "idle" | "planning" | "offered" | "asking" | "ended";
  plan: VotesPlanValue | null;
  /** How far it is while it is asked. */
  far: VotesValue | null;
  stopping: boolean;
  /** How it ended. */
  words: string;
  failed: boolean;
}

/** Asking a chat model which takes are better. */
export interface Votes {
  state: Store<VotesState>;
  /** Says what would be asked. */
  plan(): Promise<void>;
  ask(): Promise<void>;
  /** Asks nothing more. */
  stop(): void;
  dismiss(): void;
  close(): void;
}

/** Milliseconds between questions of how far it is. */
const OFTEN = 700;
/** Seconds: pictures of films may have to be made. */
const PATIENT = 240;

/** `ended` is called once votes may have been saved. */
export function createVotes(
  { request }: Pick<Connection, "request">,
  judging: () => string,
  say: (said: string) => void,
  ended: () => void,
): Votes {
  const state = createStore<VotesState>({
    step: "idle",
    plan: null,
    far: null,
    stopping: false,
    words: "",
    failed: false,
  });
  let closed = false;

  function end(words: string, failed: boolean): void {
    state.set({ step: "ended", words, failed });
    say(words);
  }

  async function tried(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!isAbort(error) && !closed) end(reason(error), true);
    }
  }

  /** Asks until there is an answer: what the kernel is asked already, it does not ask twice. */
  async function asked(ask: () => Promise<{ value: VotesValue }>): Promise<VotesValue> {
    for (;;)
      try {
        return (await ask()).value;
      } catch (error) {
        if (!(error instanceof NoAnswerError) || closed) throw error;
      }
  }

  const stopNow = () => void request("votes_so_far", { judging: judging(), stop: true }).catch(() => {});

  return {
    state,
    plan: () =>
      tried(async () => {
        state.set({ step: "planning" });
        const { value } = await request("votes_plan", { judging: judging() }, [], { timeout: PATIENT });
        if (!value.questions) return end(value.words, false);
        state.set({ step: "offered", plan: value });
        say(value.words);
      }),
    ask: () =>
      tried(async () => {
        state.set({ step: "asking", far: null, stopping: false });
        let value = await asked(() => request("ask_votes", { judging: judging() }));
        while (value.running && !closed) {
          state.set({ far: value });
          await new Promise((done) => setTimeout(done, OFTEN));
          const { stopping: stop } = state.get();
          value = await asked(() => request("votes_so_far", { judging: judging(), stop }));
        }
        if (closed) return;
        end(value.words, value.failed);
        ended();
      }),
    stop() {
      if (state.get().step !== "asking") return;
      state.set({ stopping: true });
      stopNow();
    },
    dismiss: () => state.set({ step: "idle" }),
    close() {
      closed = true;
      // Nobody would see how far it is, or could stop it.
      if (state.get().step === "asking") stopNow();
    },
  };
}
