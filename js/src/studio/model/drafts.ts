import type { Wanted } from "../../form-values";
import type { Form, Framing } from "../../kernel/protocol";

/** What a person has made of the form; it stays in the browser until it is sent. */
export interface Draft {
  endpoint: string;
  prompt: string;
  wanted: Wanted;
  /** The endpoints that are asked beside it; undefined where one is chosen and not several. */
  models?: string[] | undefined;
  /** What is sent of an image, where a person decided it: by slot, and for the image of this digest alone. */
  frames?: { [slot: string]: { digest: string; framing: Framing } };
}

/** Keeps a draft over a reload of the page, and only in this tab. */
export interface Drafts {
  /** The stored draft, unless the kernel's form has changed since, other than by what this page sent of it. */
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

/** `key` names the widget; without one nothing is kept. Storage that is full or forbidden is no error. */
export function sessionDrafts(key: string | undefined, page: string): Drafts {
  const name = `rk-draft:${key}`;
  return {
    load(form) {
      if (!key) return undefined;
      try {
        const stored = JSON.parse(sessionStorage.getItem(name) ?? "null") as Stored | null;
        const own = stored?.form === JSON.stringify(form) || (form.by && stored?.page === form.by);
        return own ? stored?.draft : undefined;
      } catch {
        return undefined;
      }
    },
    save(draft, form) {
      if (!key) return;
      try {
        sessionStorage.setItem(
          name,
          JSON.stringify({ draft, form: JSON.stringify(form), page } satisfies Stored),
        );
      } catch {
        // The draft is then lost on reload, and nothing else.
      }
    },
  };
}

export function draftOf(form: Form): Draft {
  return { endpoint: form.endpoint, prompt: form.prompt, wanted: { ...form.settings }, models: form.models };
}
