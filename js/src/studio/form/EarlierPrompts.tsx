import { useRef, useState } from "preact/hooks";
import { useId } from "../../view/use-id";
import { late } from "../late/late";
import type { Session } from "../model/session";

const EarlierList = late(
  (parts) => parts.EarlierList,
  () => null,
);

/** A button that lists earlier prompts, for people who do not use the arrow keys. */
export function EarlierPrompts(props: { session: Session; onChoose: (prompt: string) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      <button
        ref={button}
        type="button"
        class="rk-quiet rk-earlier-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        title="Prompt history (↑ at the start)"
        onClick={() => setOpen(!open)}
      >
        <span class="rk-unseen">Prompt </span>
        <span class="rk-earlier-word">history</span> <span aria-hidden="true">↑</span>
      </button>
      {open ? <EarlierList {...props} {...{ id, button }} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
