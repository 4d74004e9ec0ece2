import { useStore } from "../../store";
import type { Session } from "../model/session";
import { selectedTakes } from "../model/state";
import { AddToCollection } from "../team/AddToCollection";
import { clearSelected } from "./selecting";

/** What is to be done next while one take is selected, and why others could not be. */
export function Selection({ session }: { session: Session }) {
  const state = useStore(session.state);
  const { selected, notSelected } = state;
  const takes = selectedTakes(state);
  if (selected.length !== 1 && !notSelected) return null;
  return (
    <div class="rk-section rk-selection rk-small">
      <span>
        {notSelected ??
          "One take is selected. Select more to compare, judge or share them. Shift-click selects a range."}
      </span>
      {takes.length === 1 ? <AddToCollection session={session} takes={takes} /> : null}
      <button
        type="button"
        class="rk-quiet"
        onClick={() =>
          selected.length > 1 ? session.state.set({ notSelected: null }) : clearSelected(session)
        }
      >
        {selected.length > 1 ? "Dismiss" : "Clear"}
      </button>
    </div>
  );
}
