import type { Connection } from "../../kernel/connection";
import type { Store } from "../../store";
import type { StudioState } from "./state";

/** How many prompts are asked for. */
const MOST = 100;

/** Earlier prompts, of this studio and of the library's takes. */
export interface Prompts {
  /** Those known here, the newest first, each once. */
  list(): string[];
  /** Asks the kernel for those that are not known here. */
  refresh(): Promise<void>;
  close(): void;
}

export function openPrompts(state: Store<StudioState>, { request }: Connection): Prompts {
  let own: string[] = [];
  let told: string[] = [];
  let asked: Promise<void> | null = null;
  return {
    list() {
      const shown = state.get().takes.map((take) => take.prompt);
      return [...new Set([...own, ...told, ...shown])].filter((prompt) => prompt.trim());
    },
    refresh() {
      asked ??= request("history", { limit: MOST })
        .then(
          ({ value }) => {
            told = value.prompts;
          },
          () => {}, // the prompts known here are still shown
        )
        .finally(() => {
          asked = null;
        });
      return asked;
    },
    close: state.subscribe((now, before) => {
      const { prompt } = now.draft;
      if (now.sending && !before.sending) own = [prompt, ...own.filter((other) => other !== prompt)];
    }),
  };
}

/** Where a person is in the earlier prompts. */
export interface Walk {
  /** The prompts, as they were at the first step. */
  earlier: string[];
  /** Which of them is shown; -1 is what was being typed. */
  index: number;
  typed: string;
}

/** What the box shows on this walk. */
export function shownOn(walk: Walk): string {
  return walk.earlier[walk.index] ?? walk.typed;
}

/**
 * One step to an older prompt or back to a newer one; undefined where there is none.
 *
 * A text that was changed since the last step is what is being typed now.
 */
export function step(
  walk: Walk | null,
  to: "older" | "newer",
  text: string,
  earlier: () => string[],
): Walk | undefined {
  const going =
    walk && shownOn(walk) === text
      ? walk
      : { earlier: earlier().filter((prompt) => prompt !== text), index: -1, typed: text };
  const index = going.index + (to === "older" ? 1 : -1);
  return index < -1 || index >= going.earlier.length ? undefined : { ...going, index };
}
