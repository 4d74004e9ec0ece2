import { useRef, useState } from "preact/hooks";
import type { ChainStep, Redo } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import type { Session } from "../model/session";
import { FEW, isAtWork, redo as press, type Redone } from "./redoing";

/** Makes a step again from the newer pick: says what that costs, and asks once more before many. */
export function RedoStep(props: { session: Session; step: ChainStep; redo: Redo; tabStop: boolean }) {
  const { session, step, redo, tabStop } = props;
  const state = useStore(session.state);
  const main = useRef<HTMLButtonElement>(null);
  const [redone, setRedone] = useState<Redone>(null);
  const [busy, setBusy] = useState(false);
  const ask = redone && "ask" in redone ? redone.ask : null;
  const atWork = isAtWork(state, redone);
  const idle = busy || atWork || redo.over !== null || state.liveness === "gone";
  // The sandbox may not bill at all, so nothing is unknown there.
  const price = redo.known || !state.service.sandbox ? ` · ${redo.amount.replace("about ", "")}` : "";

  async function go(): Promise<void> {
    if (redo.over) return session.state.set({ said: redo.over });
    if (idle) return;
    setBusy(true);
    setRedone(await press(session, step, ask ?? Math.min(redo.new, FEW)));
    setBusy(false);
  }

  function cancel(): void {
    setRedone(null);
    main.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is for the buttons in it
    <div
      class="rk-step-redo"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || ask === null) return;
        event.stopPropagation();
        cancel();
      }}
    >
      <button
        ref={main}
        type="button"
        class={`rk-button rk-redo${ask === null ? "" : " rk-redo-sure"}`}
        title={redo.over ?? [step.why, `${redo.amount} ${redo.basis}`.trim()].join("\n")}
        aria-disabled={idle}
        tabIndex={tabStop ? 0 : -1}
        // The second click of a double click has not read what the first one turned the button into.
        onClick={(event) => event.detail > 1 || void go()}
      >
        {atWork
          ? `${redo.new} on the way`
          : ask === null
            ? `Redo ${redo.new}${price}`
            : `Make ${ask}${price}?`}
        <span class="rk-unseen"> of {step.title}</span>
      </button>
      {ask === null ? null : (
        <button type="button" class="rk-quiet" title="Cancel" tabIndex={tabStop ? 0 : -1} onClick={cancel}>
          <Icon name="close" />
          <span class="rk-unseen">Cancel redo</span>
        </button>
      )}
    </div>
  );
}
