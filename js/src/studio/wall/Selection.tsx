import { useStore } from "../../store";
import { clearSelected } from "../model/selecting";
import type { Session } from "../model/session";
import { selectedTakes } from "../model/state";
import { AddToCollection } from "../team/AddToCollection";

/** What is to be done next while one take is selected, and why another could not be. */
export function Selection({ session }: { session: Session }) {
  const state = useStore(session.state);
  const { selected, notSelected } = state;
  const takes = selectedTakes(state);
  if (selected.length !== 1 && !notSelected) return null;
  return (
    <div class="rk-section rk-selection rk-small">
      <span>{notSelected ?? "One take is selected. Select another to see them side by side."}</span>
      {takes.length ? <AddToCollection session={session} takes={takes} /> : null}
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
