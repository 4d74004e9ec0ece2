import { useMemo } from "preact/hooks";
import type { Job, Take } from "../../kernel/protocol";
import { memo } from "../../view/memo";
import type { Session } from "../model/session";
import type { Piece } from "./captions";
import { JobTile } from "./JobTile";
import { Poster } from "./Poster";

export interface CellProps {
  session: Session;
  item: Take | Job;
  left: number;
  top: number;
  width: number;
  /** Its position among all of them, from 1 on. */
  posInSet: number;
  total: number;
  open: boolean;
  unseen: boolean;
  tabStop: boolean;
  caption: readonly Piece[];
  onCurrent: (id: string) => void;
}

/** A take on the wall, or the job that will leave one. Drawn again only when it has changed. */
export const Cell = memo((props: CellProps) => {
  const { session, item, left, top, width, tabStop, onCurrent } = props;
  // The same as before where they say the same: what only moves is not drawn again.
  const onFocus = useMemo(() => () => onCurrent(item.id), [onCurrent, item.id]);
  const caption = useMemo(
    () => props.caption.map(({ text, differs }) => (differs ? <b>{text}</b> : text)),
    [props.caption],
  );
  return (
    <li
      class="rk-cell"
      data-take={item.id}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px` }}
      aria-posinset={props.posInSet}
      aria-setsize={props.total}
    >
      {"state" in item ? (
        <JobTile session={session} job={item} tabStop={tabStop} onFocus={onFocus} />
      ) : (
        <Poster
          session={session}
          take={item}
          open={props.open}
          unseen={props.unseen}
          tabStop={tabStop}
          onFocus={onFocus}
          caption={caption}
        />
      )}
    </li>
  );
});
