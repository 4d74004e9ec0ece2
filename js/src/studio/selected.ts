import type { Connection } from "../connection";
import type { Store } from "../store";
import type { StudioState } from "./state";

/** Tells the kernel which takes are looked at, for Python; returns what ends it. */
export function tellSelected(state: Store<StudioState>, { request }: Connection): () => void {
  let told = JSON.stringify(lookedAt(state.get()));
  return state.subscribe((now) => {
    const takes = lookedAt(now);
    if (JSON.stringify(takes) === told) return;
    told = JSON.stringify(takes);
    request("selected", { takes: [...takes] }).catch(() => {});
  });
}

/** Those selected to be compared, else the one in the player. */
function lookedAt(state: StudioState): readonly string[] {
  if (state.selected.length) return state.selected;
  return state.open ? [state.open.take] : [];
}
