import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useAfter } from "../../hooks/effects";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { SIDE_BY_SIDE, setSelected } from "../selection/selecting";
import { countOf, undoCollected } from "../team/collections";
import { undoReject } from "../wall/rejecting";

/** Milliseconds for which something can be undone here. A rejection is brought back by the filter at any time. */
const WHILE = 12_000;

/** Says what was rejected, collected or deselected a moment ago, with the way back. */
export function Undoable({ session }: { session: Session }) {
  const state = useStore(session.state);
  const { rejections, collected } = state;
  const [held, setHeld] = useState(false);
  const last = takeById(state, rejections.at(-1)?.take);
  const [deselected, setDeselected] = useDeselected(session);
  const over = () => {
    session.state.set({ rejections: [], collected: null });
    setDeselected(null);
  };
  useAfter(WHILE, (rejections.length > 0 || collected !== null || deselected !== null) && !held, over, [
    rejections,
    collected,
    deselected,
  ]);
  const said = (words: string, of: string, undo: () => unknown): ComponentChildren => (
    <div
      class="rk-over rk-rejected"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <span>
        {words} <span class="rk-dim">{of}</span>
      </span>
      <button type="button" class="rk-quiet" onClick={undo}>
        Undo
      </button>
    </div>
  );
  if (collected) {
    const { added, takes, collection } = collected;
    const words = added ? `Added ${countOf(takes)} to` : `Removed ${countOf(takes)} from`;
    return said(words, collection, () => undoCollected(session));
  }
  if (last) return said("Rejected", last.prompt || last.file, () => undoReject(session));
  return deselected ? said("Deselected", countOf(deselected), () => setSelected(session, deselected)) : null;
}

/** What was selected a moment ago, of which nothing is: so many are not selected again by hand. */
function useDeselected({ state }: Session) {
  const { selected } = useStore(state);
  const before = useRef(selected);
  const [deselected, setDeselected] = useState<readonly string[] | null>(null);
  useEffect(() => {
    setDeselected(!selected.length && before.current.length > SIDE_BY_SIDE ? before.current : null);
    before.current = selected;
  }, [selected]);
  return [deselected, setDeselected] as const;
}
