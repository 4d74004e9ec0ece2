import { settingsFor } from "../../form-values";
import type { Connection } from "../../kernel/connection";
import type { Form } from "../../kernel/protocol";
import type { Store } from "../../store";
import { draftOf } from "./drafts";
import { beforeOf, chosenEndpoint, type Draft, type StudioState } from "./state";

/** Milliseconds without a change after which a person pauses. */
const PAUSE = 500;

/**
 * What is being written, between this page, the kernel and other pages on the same studio.
 *
 * It stays here while a person types, and is sent when they pause, leave the form or generate: then Python can
 * read it and other pages show it. What another page has sent never replaces what is being written here.
 */
export interface Writing {
  /** The name of this page, by which the kernel knows whose form it is. */
  page: string;
  /** Sends what is written now, unless the kernel has it. */
  send(): void;
  /** Whether the focus is in the form. */
  in(form: boolean): void;
  /** Whether a form from the kernel is to be shown here. */
  gives(form: Form): boolean;
  /**
   * Puts a form from the kernel in the place of what is written; `unasked`, what the kernel does not have of that can be
   * put back.
   */
  show(form: Form, unasked?: boolean): void;
  close(): void;
}

/** `known`: the kernel has the draft that the state begins with. */
export function openWriting(
  state: Store<StudioState>,
  { request }: Connection,
  page: string,
  known: boolean,
): Writing {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  let inForm = false;
  /** The draft that the kernel has. */
  let there: Draft | null = known ? state.get().draft : null;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (sending ? later() : send()), PAUSE);
  };

  function send(): void {
    clearTimeout(timer);
    const { draft } = state.get();
    const endpoint = chosenEndpoint(state.get());
    if (draft === there || !endpoint || state.get().liveness === "gone") return;
    there = draft;
    sending = true;
    const { prompt } = draft;
    const settings = settingsFor(endpoint.fields, draft.wanted);
    // What does not arrive is sent with the next change; it is not lost meanwhile, it stands here.
    request("draft", { endpoint: endpoint.id, prompt, settings, models: draft.models ?? [], by: page })
      .catch(() => {})
      .finally(() => {
        sending = false;
      });
  }

  const stop = state.subscribe((now, before) => {
    if (now.draft !== before.draft && now.draft !== there) later();
  });
  if (!known) later();

  return {
    page,
    send,
    in(form) {
      inForm = form;
      if (!form) send();
    },
    gives({ by }) {
      if (!by) return true;
      const busy = state.get().draft !== there || (inForm && document.hasFocus());
      return by !== page && !busy;
    },
    show(form, unasked = false) {
      clearTimeout(timer);
      const before = beforeOf(state.get());
      const { draft } = before;
      const lost = unasked && draft !== there && draft.prompt.trim() && draft.prompt !== form.prompt;
      there = draftOf(form);
      const message = "The form was changed from Python.";
      state.set({ draft: there, outcome: lost ? { kind: "loaded", message, before } : null });
    },
    close() {
      clearTimeout(timer);
      stop();
    },
  };
}
