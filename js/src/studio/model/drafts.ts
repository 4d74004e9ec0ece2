import { named, store, stored } from "../../hooks/stored";
import type { Form, JSONValue } from "../../kernel/protocol";
import type { Store } from "../../store";
import type { Draft, StudioState } from "./state";

/** Keeps a draft over a reload of the page, and only in this tab. */
export interface Drafts {
  /** The stored draft, unless the kernel's form has since changed by anything but this page. */
  load(form: Form): Draft | undefined;
  save(draft: Draft, form: Form): void;
}

interface Stored {
  draft: Draft;
  /** The kernel's form when the draft was written. */
  form: string;
  /** The page that wrote it. */
  page: string;
}

/** `key` names the widget; without one nothing is kept. */
export function sessionDrafts(key: string | undefined, page: string): Drafts {
  const name = named("draft", key);
  return {
    load(form) {
      const kept = stored<Stored>(name);
      const own = kept?.form === JSON.stringify(form) || (form.by && kept?.page === form.by);
      return own ? kept?.draft : undefined;
    },
    save(draft, form) {
      store(name, { draft, form: JSON.stringify(form), page } satisfies Stored);
    },
  };
}

export function draftOf(form: Form): Draft {
  return { endpoint: form.endpoint, prompt: form.prompt, wanted: { ...form.settings }, models: form.models };
}

type Writable = { state: Store<StudioState> };

/**
 * Changes part of the draft. An outcome of an earlier Generate no longer says anything about it; what was loaded can
 * still be undone.
 */
export function edit(session: Writable, patch: Partial<Draft>): void {
  const { draft, outcome } = session.state.get();
  session.state.set({
    draft: { ...draft, ...patch },
    outcome: outcome?.kind === "loaded" ? outcome : null,
  });
}

/** Leaves one of the form's requests out, or takes it in again. */
export function leaveOut(session: Writable, key: string): void {
  const { leftOut = [] } = session.state.get().draft;
  edit(session, {
    leftOut: leftOut.includes(key) ? leftOut.filter((other) => other !== key) : [...leftOut, key],
  });
}

/** Sets one option, or with undefined leaves it to the service. */
export function choose(session: Writable, name: string, value: JSONValue | undefined): void {
  const { [name]: _, ...others } = session.state.get().draft.wanted;
  edit(session, { wanted: value === undefined ? others : { ...others, [name]: value } });
}
