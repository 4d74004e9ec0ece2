import type { Connection } from "../../kernel/connection";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import type { Store } from "../../store";
import type { StudioState } from "./state";

/** Tells the kernel which takes are looked at, for Python and for a page that is loaded again; returns what ends it. */
export function tellSelected(state: Store<StudioState>, { request }: Connection): () => void {
  return state.subscribe((now, before) => {
    if (now.selected === before.selected && now.open?.take === before.open?.take) return;
    request("selected", { takes: [...now.selected], open: now.open?.take ?? null }).catch(() => {});
  });
}

/** Remembers which take was open before the one that is; returns what ends it. */
export function rememberOpened(state: Store<StudioState>): () => void {
  return state.subscribe((now, { open }) => {
    if (open && open.take !== now.open?.take) state.set({ openedBefore: open.take });
  });
}

export const canBeCompared = (take: Take) => kindOf(take.kind).compares;
