import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useAfter } from "../../hooks/effects";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { countOf, undoCollected } from "../team/collections";
import { undoReject } from "../wall/rejecting";

/** Milliseconds for which something can be undone here. A rejection is brought back by the filter at any time. */
const WHILE = 12_000;

/** Says what was rejected or collected a moment ago, over the studio's foot, with the way back. */
export function Undoable({ session }: { session: Session }) {
  const state = useStore(session.state);
  const { rejections, collected } = state;
  const [held, setHeld] = useState(false);
  const last = takeById(state, rejections.at(-1)?.take);
  const over = () => session.state.set({ rejections: [], collected: null });
  useAfter(WHILE, (rejections.length > 0 || collected !== null) && !held, over, [rejections, collected]);
  const said = (words: string, of: string, undo: () => unknown): ComponentChildren => (
    <div class="rk-rejected-place">
      <div
        class="rk-rejected"
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
    </div>
  );
  if (collected) {
    const { added, takes, collection } = collected;
    const words = added ? `Added ${countOf(takes)} to` : `Removed ${countOf(takes)} from`;
    return said(words, collection, () => undoCollected(session));
  }
  return last ? said("Rejected", last.prompt || last.file, () => undoReject(session)) : null;
}
