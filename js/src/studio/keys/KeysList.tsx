import { useEffect, useRef } from "preact/hooks";
import { APPLE } from "../../hooks/keys";
import { Icon } from "../../view/Icon";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";

const COMMAND = APPLE ? "⌘" : "Ctrl ";

/** Keys and what they do; several keys of a line are shown each by itself. */
const KEYS: [title: string, lines: [keys: string[], does: string][]][] = [
  [
    "Takes",
    [
      [["←", "→", "↑", "↓"], "Move and show"],
      [["1", "2", "3"], "Rate; 0 clears"],
      [["P"], "Pick; again to undo"],
      [["X"], "Reject: hidden, not deleted"],
      [[`${COMMAND}Z`], "Undo a rejection"],
      [["N"], "Next unjudged"],
      [["Enter"], "Play with sound"],
      [["Space"], "Select"],
      [["Shift", "→"], "Extend the selection"],
      [[`${COMMAND}A`], "Select all"],
      [[",", "."], "Scrub a poster"],
    ],
  ],
  [
    "Compared",
    [
      [["B"], "Flip between two"],
      [["Space"], "Play or pause, all in step"],
      [["←", "→"], "A frame back or forward"],
      [["1", "–", "4"], "Pick one"],
      [["Esc"], "Close"],
    ],
  ],
  [
    "Judging",
    [
      [["1", "2"], "Pick the better take; 0 for a tie"],
      [["S"], "Skip"],
      [["Backspace"], "Take back"],
      [["Space"], "Play or pause"],
      [["Esc"], "Stop and see what won"],
    ],
  ],
  [
    "Chain and family",
    [
      [["←", "→"], "Along the steps, along the tree"],
      [["Enter"], "Open"],
      [["Space"], "Select to compare, of a family"],
    ],
  ],
  [
    "Form",
    [
      [[`${COMMAND}Enter`], "Generate"],
      [["↑"], "Earlier prompts"],
    ],
  ],
  [
    "Everywhere",
    [
      [["?"], "This list"],
      [["Esc"], "Back to the notebook"],
    ],
  ],
];

/** The keys, over the page until a person closes them. */
export function KeysList({ onClose }: { session: Session; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const close = () => dialog.current?.close();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape and the button
    <dialog
      ref={dialog}
      class="rk-keys-list"
      aria-labelledby={title}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="rk-keys-body">
        <div class="rk-keys-head">
          <h2 id={title} class="rk-heading">
            Keys
          </h2>
          <button type="button" class="rk-quiet" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        <div class="rk-keys-groups">
          {KEYS.map(([name, lines]) => (
            <section key={name}>
              <h3 class="rk-heading rk-dim">{name}</h3>
              <dl>
                {lines.map(([keys, does]) => (
                  <div key={does}>
                    <dt>{keys.map((key) => (key === "–" ? key : <kbd key={key}>{key}</kbd>))}</dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </dialog>
  );
}
