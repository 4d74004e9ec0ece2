import type { Connection } from "../connection";
import type { Store } from "../store";
import type { StudioState } from "./state";

/** Tells the kernel which takes are looked at, for Python and for a page that is loaded again; returns what ends it. */
export function tellSelected(state: Store<StudioState>, { request }: Connection): () => void {
  return state.subscribe((now, before) => {
    if (now.selected === before.selected && now.open?.take === before.open?.take) return;
    request("selected", { takes: [...now.selected], open: now.open?.take ?? null }).catch(() => {});
  });
}
