import { useState } from "preact/hooks";
import { useAfter } from "../../hooks/effects";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { takeById } from "../model/state";
import { undoReject } from "../wall/rejecting";

/** Milliseconds for which a rejection can be undone here. The filter brings it back at any time. */
const WHILE = 12_000;

/** Says what was rejected a moment ago, over the studio's foot, with the way back. */
export function Rejected({ session }: { session: Session }) {
  const state = useStore(session.state);
  const { rejections } = state;
  const [held, setHeld] = useState(false);
  const last = takeById(state, rejections.at(-1)?.take);
  useAfter(WHILE, rejections.length > 0 && !held, () => session.state.set({ rejections: [] }), [rejections]);
  if (!last) return null;
  return (
    <div class="rk-rejected-place">
      <div
        class="rk-rejected"
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocusIn={() => setHeld(true)}
        onFocusOut={() => setHeld(false)}
      >
        <span>
          Rejected <span class="rk-dim">{last.prompt || last.file}</span>
        </span>
        <button type="button" class="rk-quiet" onClick={() => undoReject(session)}>
          Undo
        </button>
      </div>
    </div>
  );
}
