import { isAbort, reason } from "../format";
import type { BlobUrls } from "../kernel/blob-urls";
import {
  type Connection,
  type Fields,
  KernelGoneError,
  NoAnswerError,
  RefusedError,
} from "../kernel/connection";
import type { JudgedValue, Pair, Standing } from "../kernel/protocol";
import { createStore, type Store } from "../store";
import { createVotes, type Votes } from "./votes";

export type Choice = Fields<"vote">["choice"];

export interface JudgingState {
  /** The one that is looked at, and those that are loaded meanwhile. */
  pairs: readonly Pair[];
  /** What was said of the first a moment ago. */
  chosen: Choice | null;
  /** Width by height of the place of each take. */
  ratio: number;
  standing: Standing | null;
  /** Judgements that the kernel has not kept yet. */
  waiting: number;
  /** Why one was not kept, or why it cannot begin. */
  problem: string | null;
  /** The kernel has been silent for a while, or is gone. */
  silent: boolean;
  gone: boolean;
  canTakeBack: boolean;
  /** A person has stopped, and looks at what won; null while they judge. */
  result: JudgedValue | "coming" | null;
  /** Which side is heard, of films that have a sound. */
  heard: "left" | "right" | null;
  said: string;
}

/** Judging some takes: what the views of it share. */
export interface Judging {
  state: Store<JudgingState>;
  /** Small pictures and files of takes, by id. */
  posters: BlobUrls;
  media: BlobUrls;
  begin(): Promise<void>;
  judge(choice: Choice): void;
  /** A file of this pair cannot be had: it is passed over. */
  passOver(pair: Pair, why: string): void;
  takeBack(): void;
  /** Shows what won so far. */
  stop(): Promise<void>;
  /** Goes on from there. */
  goOn(): void;
  hear(): void;
  /** Has a chat model judge, too. */
  votes: Votes;
  close(): void;
}

/** Milliseconds that what was chosen is seen before the next pair. */
export const SEEN = 220;
/** Milliseconds without an answer after which it is said that the kernel is busy. */
const SILENT = 2500;
/** Seconds. */
const PATIENT = 3600;
/** Pairs, with the one that is looked at. */
const LOADED = 2;

export function createJudging(
  connection: Connection,
  files: Pick<Judging, "posters" | "media">,
  takes: string[],
): Judging {
  const state = createStore<JudgingState>({
    pairs: [],
    chosen: null,
    ratio: 16 / 9,
    standing: null,
    waiting: 0,
    problem: null,
    silent: false,
    gone: false,
    canTakeBack: false,
    result: null,
    heard: null,
    said: "",
  });
  const { request } = connection;
  let judging = "";
  /** What was said on this page, the last one last. */
  const before: Pair[] = [];
  /** There is a judgement of an earlier page. */
  let earlier = false;
  /** Requests go one after another, so that a judgement is kept before it is taken back. */
  let last: Promise<unknown> = Promise.resolve();
  let seen: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  /** Asks until there is an answer: what the kernel has done already, it does not do twice. */
  async function asked<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const late = setTimeout(() => state.set({ silent: true }), SILENT);
      try {
        const answer = await ask();
        state.set({ silent: false });
        return answer;
      } catch (error) {
        if (error instanceof KernelGoneError) state.set({ gone: true });
        if (!(error instanceof NoAnswerError) || closed) throw error;
      } finally {
        clearTimeout(late);
      }
    }
  }

  function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const turn = last.then(() => asked(ask));
    last = turn.catch(() => {});
    return turn;
  }

  function tell(standing: Standing): void {
    state.set({ standing, said: [standing.note, standing.words].filter(Boolean).join(" ") });
  }

  /** `back`: it is judged once more where it was not kept, as what is not kept must not look as if it were. */
  async function send(pair: Pair, choice: Choice, back = true): Promise<void> {
    const { waiting } = state.get();
    state.set({ waiting: waiting + 1, problem: null });
    try {
      const { value } = await inTurn(() =>
        request("vote", {
          judging,
          pair: pair.id,
          choice,
          more: state.get().pairs.length - (state.get().chosen ? 1 : 0) < LOADED,
        }),
      );
      const { pairs } = state.get();
      if (value.pair) state.set({ pairs: [...pairs, value.pair] });
      tell(value.standing);
      if (!state.get().pairs.length) void stop();
    } catch (error) {
      if (isAbort(error)) return;
      const { pairs } = state.get();
      const at = before.lastIndexOf(pair);
      if (at >= 0) before.splice(at, 1);
      const problem = `Not saved: ${reason(error)}`;
      if (pairs[0] === pair && seen) {
        // It is still there.
        clearTimeout(seen);
        seen = undefined;
        state.set({ chosen: null });
      } else if (back && !pairs.includes(pair)) state.set({ pairs: [pair, ...pairs] });
      state.set({ problem, said: problem });
    } finally {
      state.set({ waiting: state.get().waiting - 1 });
    }
  }

  function next(): void {
    clearTimeout(seen);
    seen = undefined;
    state.set({ pairs: state.get().pairs.slice(1), chosen: null });
  }

  function judge(choice: Choice): void {
    const { pairs, chosen, gone, result } = state.get();
    const [pair] = pairs;
    if (!pair || chosen || gone || result) return;
    before.push(pair);
    state.set({ chosen: choice, canTakeBack: true });
    void send(pair, choice);
    if (choice === "skip") next();
    else seen = setTimeout(next, SEEN);
  }

  async function again(pair: Pair | null): Promise<void> {
    try {
      const { value } = await inTurn(() =>
        // The last one of an earlier page is asked for once: a second time, it would be another.
        request("take_back", { judging, pair: pair?.id ?? null }, [], pair ? {} : { timeout: PATIENT }),
      );
      const { pairs } = state.get();
      if (!pair && value.pair) state.set({ pairs: [value.pair, ...pairs] });
      // One of its takes is gone.
      if (pair && !value.pair) state.set({ pairs: pairs.filter(({ id }) => id !== pair.id) });
      earlier = value.can_take_back;
      state.set({ canTakeBack: before.length > 0 || earlier });
      tell(value.standing);
      state.set({ said: `Taken back. ${value.standing.words}` });
    } catch (error) {
      if (isAbort(error)) return;
      const problem = `Not taken back: ${reason(error)}`;
      state.set({ problem, said: problem });
    }
  }

  async function stop(): Promise<void> {
    if (state.get().result || !judging) return;
    if (seen) next();
    state.set({ result: "coming", problem: null });
    try {
      const { value } = await inTurn(() => request("judged", { judging }));
      if (state.get().result) state.set({ result: value, said: value.words });
    } catch (error) {
      if (isAbort(error)) return;
      state.set({ result: null, problem: `The result can't be shown: ${reason(error)}` });
    }
  }

  /** Reads what won again, where it is shown. */
  async function refresh(): Promise<void> {
    const { value } = await inTurn(() => request("judged", { judging }));
    if (state.get().result) state.set({ result: value });
  }

  const votes = createVotes(
    connection,
    () => judging,
    (said) => state.set({ said }),
    () => void refresh().catch(() => {}),
  );

  return {
    state,
    votes,
    ...files,
    judge,
    stop,
    async begin() {
      state.set({ problem: null });
      try {
        const { value } = await inTurn(() => request("begin_judging", { takes }));
        judging = value.judging;
        state.set({ pairs: value.pairs, ratio: value.ratio, canTakeBack: value.can_take_back });
        earlier = value.can_take_back;
        tell(value.standing);
      } catch (error) {
        if (!isAbort(error)) state.set({ problem: reason(error), said: reason(error) });
      }
    },
    passOver(pair, why) {
      const { pairs } = state.get();
      if (!pairs.includes(pair)) return;
      state.set({ pairs: pairs.filter((one) => one !== pair) });
      void send(pair, "skip", false).then(() => {
        const { standing } = state.get();
        // The kernel says so by itself where the take was removed.
        if (standing && !standing.note) tell({ ...standing, note: `A pair was skipped: ${why}` });
      });
    },
    takeBack() {
      const { result, gone, canTakeBack } = state.get();
      if (result || gone || !canTakeBack) return;
      if (seen) next();
      const pair = before.pop();
      if (pair) state.set({ pairs: [pair, ...state.get().pairs] });
      state.set({ problem: null, canTakeBack: before.length > 0 || earlier });
      void again(pair ?? null);
    },
    goOn() {
      state.set({ result: null, said: state.get().standing?.words ?? "" });
    },
    hear() {
      const { heard } = state.get();
      const to = heard === null ? "left" : heard === "left" ? "right" : null;
      state.set({ heard: to, said: to ? `Sound of ${to === "left" ? 1 : 2}.` : "Sound off." });
    },
    close() {
      votes.close();
      closed = true;
      clearTimeout(seen);
    },
  };
}

/** Whether the kernel said no, and not that it does not answer. */
export const isRefused = (error: unknown) => error instanceof RefusedError;
