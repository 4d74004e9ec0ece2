import type { Take } from "../../kernel/protocol";
import { memo } from "../../view/memo";
import type { Session } from "../model/session";
import { Poster } from "./Poster";

export interface CellProps {
  session: Session;
  take: Take;
  left: number;
  top: number;
  width: number;
  /** Its position among all of them, from 1 on. */
  posInSet: number;
  total: number;
  open: boolean;
  unseen: boolean;
  tabStop: boolean;
  glimpse: string | undefined;
  onCurrent: (id: string) => void;
  onRest: (take: Take) => void;
}

/** One take on the wall. Drawn again only when it has changed: scrolling leaves little time. */
export const Cell = memo((props: CellProps) => {
  const { session, take, left, top, width, open } = props;
  return (
    <li
      class="rk-cell"
      data-take={take.id}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px` }}
      aria-posinset={props.posInSet}
      aria-setsize={props.total}
    >
      <Poster
        session={session}
        take={take}
        open={open}
        unseen={props.unseen}
        tabStop={props.tabStop}
        onFocus={() => {
          props.onCurrent(take.id);
          props.onRest(take);
        }}
        // The one that the player has plays there.
        glimpse={open ? undefined : props.glimpse}
      />
    </li>
  );
});
