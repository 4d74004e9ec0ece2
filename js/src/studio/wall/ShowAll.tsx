import type { RefObject } from "preact";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { FEW_ROWS, geometry } from "./geometry";
import { useWidth } from "./useWidth";

export interface ShowAllProps {
  session: Session;
  /** What is as wide as the wall. */
  ruler: RefObject<HTMLElement | null>;
  all: boolean;
  onAll: (all: boolean) => void;
}

/** Shows all rows of the wall, or a few again. */
export function ShowAll({ session, ruler, all, onAll }: ShowAllProps) {
  const { wall } = useStore(session.state);
  const { columns } = geometry(useWidth(ruler, 600));
  if (!all && wall.total <= FEW_ROWS * columns) return null;
  return (
    <button type="button" class="rk-button rk-show-all" aria-expanded={all} onClick={() => onAll(!all)}>
      {all ? "Show fewer" : `Show all ${wall.total}`}
    </button>
  );
}
