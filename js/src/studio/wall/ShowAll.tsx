import type { RefObject } from "preact";
import { useWidth } from "../../hooks/useWidth";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { foldedSweeps } from "../model/sweeping";
import { FEW_SWEEPS } from "../sweeps/FoldedSweeps";
import { FEW_ROWS, geometry } from "./geometry";
import { unswept } from "./unswept";

export interface ShowAllProps {
  session: Session;
  /** What is as wide as the wall. */
  ruler: RefObject<HTMLElement | null>;
  all: boolean;
  onAll: (all: boolean) => void;
}

/** Shows all rows of the wall, or a few again. */
export function ShowAll({ session, ruler, all, onAll }: ShowAllProps) {
  const { wall, sweeps, atWork } = useStore(session.state);
  const { columns } = geometry(useWidth(ruler, 600));
  const folded = foldedSweeps({ sweeps, atWork }).length;
  if (!all && folded <= FEW_SWEEPS && unswept(wall, sweeps).total <= FEW_ROWS * columns) return null;
  return (
    <button type="button" class="rk-button rk-show-all" aria-expanded={all} onClick={() => onAll(!all)}>
      {all ? "Show fewer" : `Show all ${wall.total}`}
    </button>
  );
}
