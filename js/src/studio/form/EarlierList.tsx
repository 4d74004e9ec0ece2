import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useAnswer } from "../../hooks/effects";
import type { Session } from "../model/session";

export interface EarlierListProps {
  session: Session;
  id: string;
  /** What has unfolded it. */
  button: RefObject<HTMLButtonElement | null>;
  onChoose: (prompt: string) => void;
  onClose: () => void;
}

/** The menu of earlier prompts. */
export function EarlierList({ session, id, button, onChoose, onClose }: EarlierListProps) {
  const { prompts } = session;
  const [listed, setListed] = useState(() => prompts.list());
  const menu = useRef<HTMLDivElement>(null);

  // Before the next key can come: it belongs to the menu already.
  useLayoutEffect(() => {
    (menu.current?.querySelector<HTMLElement>("[role=menuitem]") ?? menu.current)?.focus();
  }, []);

  useAnswer(
    () => prompts.refresh(),
    [prompts],
    () => setListed(prompts.list()),
  );

  function onKeyDown(event: KeyboardEvent): void {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const index = items.indexOf(event.target as HTMLElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") {
      button.current?.focus();
      onClose();
    } else if (next !== undefined) items[(next + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={menu}
      id={id}
      class="rk-earlier"
      role="menu"
      aria-label="Prompt history"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onFocusOut={(event) => {
        const to = event.relatedTarget as Node | null;
        // The button closes it by itself.
        if (to !== button.current && !menu.current?.contains(to)) onClose();
      }}
    >
      {listed.map((prompt) => (
        <button
          key={prompt}
          type="button"
          role="menuitem"
          tabIndex={-1}
          title={prompt}
          onClick={() => {
            onChoose(prompt);
            onClose();
          }}
        >
          {prompt}
        </button>
      ))}
      {listed.length ? null : (
        <div role="menuitem" aria-disabled="true" tabIndex={-1} class="rk-dim">
          No prompts yet.
        </div>
      )}
    </div>
  );
}
