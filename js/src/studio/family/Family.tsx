import { useEffect, useRef, useState } from "preact/hooks";
import { reason } from "../../format";
import { useAnswer } from "../../hooks/effects";
import type { FamilyMember, FamilyValue } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";
import { Notice } from "../../view/Notice";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";
import { branchOff, choose, compareMembers, openMember, TWO } from "./acting";
import { Looked } from "./Looked";
import { Tree } from "./Tree";

/** One family, over the page until a person closes it. */
export function Family({ session, of, onClose }: { session: Session; of: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [hideLow, setHideLow] = useState(false);
  const [asked, ask] = useState({});
  const [family, setFamily] = useState<FamilyValue | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [current, setCurrent] = useState(of);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  useEffect(() => dialog.current?.showModal(), []);
  useAnswer(
    () => session.connection.request("family", { take: of, hide_low: hideLow }),
    [of, hideLow, asked],
    ({ value }) => {
      setProblem(null);
      setFamily(value);
      const there = (id: string) => value.members.some(({ take }) => take.id === id);
      setCurrent((was) => (there(was) ? was : of));
      setChosen((was) => was.filter(there));
    },
    (error) => setProblem(reason(error)),
  );

  const close = () => dialog.current?.close();
  /** Goes back to the studio, which has the focus before anything there changes. */
  const leave = (action: () => unknown) => {
    close();
    action();
  };
  const open = (member: FamilyMember) => {
    const studio = dialog.current?.closest(".rk-studio");
    leave(() => openMember(session, member));
    // That of the take before is gone with its player.
    setTimeout(() => studio?.querySelector<HTMLElement>(".rk-family-button")?.focus({ preventScroll: true }));
  };
  const toggle = (member: FamilyMember) => setChosen(choose(session, chosen, member));
  const looked = family?.members.find(({ take }) => take.id === current);
  const two = family?.members.filter(({ take }) => chosen.includes(take.id)) ?? [];
  two.sort((one, other) => chosen.indexOf(one.take.id) - chosen.indexOf(other.take.id));
  const ready = two.length === TWO;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape and the button
    <dialog
      ref={dialog}
      class="rk-family"
      aria-labelledby={title}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="rk-family-body">
        <div class="rk-family-head">
          <h2 id={title} class="rk-heading">
            Family
          </h2>
          <span class="rk-small rk-dim rk-family-count">{family ? countOf(family) : ""}</span>
          <button
            type="button"
            class="rk-button"
            title="Leave out what is rejected or rated ★, unless something better came of it"
            aria-pressed={hideLow}
            onClick={() => setHideLow(!hideLow)}
          >
            Hide low rated
          </button>
          <button
            type="button"
            class={`rk-button${ready ? " rk-lead" : ""}`}
            title={ready ? "Side by side on the stage" : "Select two first, each by the mark on its picture"}
            aria-disabled={!ready}
            onClick={() => ready && leave(() => compareMembers(session, two))}
          >
            Compare
          </button>
          <button type="button" class="rk-quiet" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        {problem === null ? null : (
          <Notice
            tone="problem"
            action={
              <button type="button" class="rk-button" onClick={() => ask({})}>
                Try again
              </button>
            }
          >
            {problem}
          </Notice>
        )}
        {family ? (
          <Tree
            {...{ session, family, of, current, chosen }}
            onLook={setCurrent}
            onChoose={toggle}
            onOpen={open}
          />
        ) : (
          <div class="rk-family-tree rk-family-waiting rk-dim">
            {problem === null ? "Looking up the family" : ""}
          </div>
        )}
        {family && looked ? (
          <Looked
            {...{ session, family }}
            member={looked}
            index={chosen.indexOf(looked.take.id)}
            onOpen={() => open(looked)}
            onReuse={() => leave(() => branchOff(session, looked))}
            onChoose={() => toggle(looked)}
          />
        ) : (
          <div class="rk-looked" />
        )}
      </div>
    </dialog>
  );
}

function countOf({ members, more, hidden }: FamilyValue): string {
  const shown = members.length;
  const count = more
    ? `the nearest ${shown} of ${shown + more}`
    : `${shown} ${shown === 1 ? "take" : "takes"}`;
  return [count, hidden ? `${hidden} hidden` : ""].filter(Boolean).join(" · ");
}
