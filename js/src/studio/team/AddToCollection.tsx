import { useEffect, useRef, useState } from "preact/hooks";
import { reason } from "../../format";
import { useOneAtATime } from "../../hooks/useOneAtATime";
import type { Collection, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { Notice } from "../../view/Notice";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";
import { collect, countOf, share, takeOut } from "./collections";

/** Letters of a collection's name. */
const LONGEST = 80;

/** A button that unfolds the collections that takes can be put into; nothing where the library is one person's. */
export function AddToCollection({ session, takes }: { session: Session; takes: readonly Take[] }) {
  const { counts, liveness } = useStore(session.state);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  if (!counts.team) return null;
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="rk-quiet rk-small rk-collect-button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        disabled={liveness === "gone"}
        onClick={() => setOpen(!open)}
      >
        Add to collection…
      </button>
      {open ? (
        <Collecting
          {...{ session, takes, id }}
          person={counts.team.person}
          collections={counts.team.collections}
          onClose={close}
        />
      ) : null}
    </>
  );
}

function Collecting(props: {
  session: Session;
  takes: readonly Take[];
  id: string;
  person: string;
  collections: readonly Collection[];
  onClose: () => void;
}) {
  const { session, takes, id, collections, onClose } = props;
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const panel = useRef<HTMLElement>(null);
  const run = useOneAtATime();
  const ids = takes.map((take) => take.id);
  useEffect(() => panel.current?.querySelector("input")?.focus(), []);

  const attempt = (action: () => Promise<unknown>) => async () => {
    setProblem(null);
    try {
      await action();
    } catch (error) {
      setProblem(reason(error));
      session.state.set({ said: reason(error) });
    }
  };
  const typed = name.trim().replace(/\s+/g, " ");
  const add = attempt(async () => {
    if (!typed) return;
    await collect(session, ids, typed, shared);
    setName("");
  });
  return (
    <section
      ref={panel}
      id={id}
      class="rk-under rk-collect rk-small"
      aria-label="Add to collection"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="rk-collect-head">
        <b>Add to collection</b>
        <button type="button" class="rk-quiet" aria-label="Close" title="Close (Escape)" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {collections.length ? (
        <ul class="rk-collect-list">
          {collections.map((one) => (
            <li key={one.name}>
              <Choice
                takes={takes}
                one={one}
                onChange={(inside) =>
                  attempt(() =>
                    inside ? collect(session, ids, one.name) : takeOut(session, ids, one.name),
                  )()
                }
              />
              {one.mine ? (
                <button
                  type="button"
                  class="rk-quiet"
                  aria-pressed={one.shared}
                  title={
                    one.shared
                      ? "The team sees it and can add to it. Press to keep it for yourself."
                      : "Only you see it. Press to share it with the team."
                  }
                  onClick={run(attempt(() => share(session, one)))}
                >
                  {one.shared ? "Shared" : "Share"}
                  <span class="rk-unseen"> {one.name}</span>
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <div class="rk-dim">A collection is a named set of takes. There is none yet: name the first.</div>
      )}
      <form
        class="rk-collect-new"
        onSubmit={(event) => {
          event.preventDefault();
          void run(add)();
        }}
      >
        <input
          type="text"
          aria-label="New collection"
          placeholder="New collection"
          maxLength={LONGEST}
          autocomplete="off"
          spellcheck={false}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <label>
          <input
            type="checkbox"
            checked={shared}
            onChange={({ currentTarget }) => setShared(currentTarget.checked)}
          />
          Share with the team
        </label>
        <button type="submit" class="rk-button" disabled={!typed}>
          Add {countOf(ids)}
        </button>
      </form>
      {problem ? <Notice tone="problem">{problem}</Notice> : null}
    </section>
  );
}

/** One collection: checked where the takes are in it, and in between where some of them are. */
function Choice(props: { takes: readonly Take[]; one: Collection; onChange: (inside: boolean) => void }) {
  const { takes, one } = props;
  const inside = takes.filter((take) => take.team?.collections.includes(one.name)).length;
  const all = inside === takes.length;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = inside > 0 && !all;
  });
  return (
    <label>
      <input
        ref={box}
        type="checkbox"
        checked={all}
        onChange={({ currentTarget }) => {
          // What is so is what the kernel has kept.
          currentTarget.checked = all;
          props.onChange(!all);
        }}
      />
      <span class="rk-collect-name">{one.name}</span>
      <span class="rk-dim">
        {one.takes}
        {one.mine ? (one.shared ? "" : " · only you") : ` · ${one.person}’s`}
      </span>
    </label>
  );
}
