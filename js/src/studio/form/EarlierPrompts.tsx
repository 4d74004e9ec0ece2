import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useAnswer } from "../../hooks/effects";
import { useId } from "../../view/use-id";
import type { Prompts } from "../model/prompts";

/** A button that lists earlier prompts, for people who do not use the arrow keys. */
export function EarlierPrompts(props: { prompts: Prompts; onChoose: (prompt: string) => void }) {
  const { prompts, onChoose } = props;
  const [listed, setListed] = useState<string[] | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const open = listed !== null;

  // Before the next key can come: it belongs to the menu already.
  useLayoutEffect(() => {
    if (open) (menu.current?.querySelector<HTMLElement>("[role=menuitem]") ?? menu.current)?.focus();
  }, [open]);

  useAnswer(
    () => (open ? prompts.refresh() : undefined),
    [open, prompts],
    () => setListed(prompts.list()),
  );

  function close(): void {
    button.current?.focus();
    setListed(null);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const index = items.indexOf(event.target as HTMLElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") close();
    else if (next !== undefined) items[(next + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

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
        onClick={() => (open ? close() : setListed(prompts.list()))}
      >
        <span class="rk-unseen">Prompt </span>
        <span class="rk-earlier-word">history</span> <span aria-hidden="true">↑</span>
      </button>
      {listed ? (
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
            if (to !== button.current && !menu.current?.contains(to)) setListed(null);
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
                setListed(null);
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
      ) : null}
    </>
  );
}
