import { isAbort, reason } from "../../format";
import { store, stored } from "../../hooks/stored";
import { type Connection, KernelGoneError, NoAnswerError } from "../../kernel/connection";
import type { Store } from "../../store";
import { withChange } from "../wall/found";
import { type NoteDraft, type StudioState, takeById } from "./state";

/**
 * Saves notes as they are written: after a pause, on leaving the field, and when the page goes away.
 *
 * A note belongs to its take and not to what is on the screen. Until the kernel has saved it, it is kept here and in the
 * tab's storage, and is sent again when the kernel answers, or by the next page.
 */
export interface Notes {
  /** The person has typed. */
  write(take: string, text: string): void;
  /** The person has left the field, or the field has gone. */
  leave(take: string): void;
  /** Sends all that is not saved, at once: there may be no later. */
  flush(): void;
  close(): void;
}

/** Milliseconds without a key after which a note is saved. */
const PAUSE = 800;
const STORED = "rk-notes";

export function openNotes(state: Store<StudioState>, { request }: Connection): Notes {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Takes whose field a person is in: what they see is what they typed, with every space. */
  const inField = new Set<string>();
  /** What was sent last of each, while its answer is awaited. One at a time, so that no older text comes after. */
  const underway = new Map<string, string>();

  const draftOf = (take: string) => state.get().notes[take];
  const saved = (take: string) => takeById(state.get(), take)?.note;

  function put(take: string, draft: NoteDraft | null): void {
    const { [take]: _, ...others } = state.get().notes;
    state.set({ notes: draft ? { ...others, [take]: draft } : others });
  }

  /** The kernel has what stands in the draft. */
  function settle(take: string): void {
    clearTimeout(timers.get(take));
    keep(take, null);
    const draft = draftOf(take);
    if (!inField.has(take)) put(take, null);
    else if (draft?.problem) put(take, { ...draft, problem: null });
  }

  async function send(take: string): Promise<void> {
    clearTimeout(timers.get(take));
    const text = draftOf(take)?.text.trim();
    if (text === undefined || underway.has(take)) return;
    if (text === saved(take)) return settle(take);
    underway.set(take, text);
    let problem: string | null = null;
    try {
      await request("note", { take, note: text });
    } catch (error) {
      if (isAbort(error)) return;
      problem = whyNot(error);
    } finally {
      underway.delete(take);
    }
    if (problem === null)
      state.set({ wall: withChange(state.get().wall, take, { note: text }), said: "Note saved." });
    else state.set({ said: problem });
    const draft = draftOf(take);
    if (!draft) return;
    if (problem !== null) put(take, { ...draft, problem });
    else if (draft.text.trim() !== text) void send(take);
    else settle(take);
  }

  /** What an earlier page could not save, of the takes that are here. */
  function adopt(): void {
    for (const [take, text] of Object.entries(unsaved()))
      if (draftOf(take) === undefined && saved(take) !== undefined) {
        put(take, { text, problem: null });
        void send(take);
      }
  }

  const unfollow = state.subscribe((now, before) => {
    if (now.takes !== before.takes) {
      adopt();
      // Saved after all, by an answer that came too late or by another studio.
      for (const take of Object.keys(now.notes))
        if (now.notes[take]?.problem && now.notes[take].text.trim() === saved(take)) settle(take);
    }
    if (now.liveness === "alive" && before.liveness !== "alive")
      for (const take of Object.keys(now.notes)) void send(take);
  });
  adopt();

  return {
    write(take, text) {
      inField.add(take);
      put(take, { text, problem: draftOf(take)?.problem ?? null });
      keep(take, text);
      clearTimeout(timers.get(take));
      timers.set(
        take,
        setTimeout(() => void send(take), PAUSE),
      );
    },
    leave(take) {
      inField.delete(take);
      void send(take);
    },
    flush() {
      for (const [take, { text }] of Object.entries(state.get().notes)) {
        const note = text.trim();
        if (note === (underway.get(take) ?? saved(take))) continue;
        request("note", { take, note }).catch(() => {});
      }
    },
    close() {
      this.flush();
      for (const timer of timers.values()) clearTimeout(timer);
      unfollow();
    },
  };
}

function whyNot(error: unknown): string {
  if (error instanceof NoAnswerError)
    return "Note not saved yet: the kernel is busy. It will be saved when it's free.";
  if (error instanceof KernelGoneError)
    return "Note not saved: the kernel has stopped. Run this cell again to save it.";
  return `Note not saved. ${reason(error)}`;
}

const unsaved = () => stored<{ [take: string]: string }>(STORED) ?? {};

/** Keeps a text for the next page of this tab; null takes it away. */
function keep(take: string, text: string | null): void {
  const { [take]: _, ...others } = unsaved();
  const notes = text === null ? others : { ...others, [take]: text };
  store(STORED, Object.keys(notes).length ? notes : undefined);
}
