import { useEffect, useRef, useState } from "preact/hooks";
import { useAfter } from "../hooks/effects";
import { useId } from "./use-id";

declare global {
  interface Window {
    /** What this package's extension for JupyterLab and Notebook gives to its widgets. */
    rekaNotebook?: { insertBelow(within: Element, text: string): Promise<boolean> };
  }
}

/** A button that copies a text; where the browser refuses that, the text stands there, selected. */
export function Copied({
  words,
  text,
  title,
  said,
}: {
  words: string;
  text: string;
  title?: string;
  said: (words: string) => void;
}) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();

  useEffect(() => {
    if (outcome === "refused") {
      field.current?.focus();
      field.current?.select();
    }
  }, [outcome]);
  useAfter(2000, outcome === "copied", () => setOutcome(null));

  async function copy(): Promise<void> {
    setOutcome(null);
    try {
      // Missing on plain http, and forbidden in some frames.
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
      said("Copied.");
    } catch {
      setOutcome("refused");
      said("The browser blocked copying. The text is selected.");
    }
  }

  return (
    <>
      <button type="button" class="rk-button rk-copy" title={title} onClick={copy}>
        {/* Both words have their place, so that nothing moves. */}
        <span aria-hidden={outcome === "copied"}>{words}</span>
        {outcome === "copied" ? <span class="rk-copy-done">Copied</span> : null}
      </button>
      {outcome === "refused" ? (
        <div class="rk-copy-by-hand">
          <label for={id} class="rk-small">
            The browser blocked copying. Copy it by hand:
          </label>
          <textarea ref={field} id={id} class="rk-code" readOnly rows={4} value={text} />
        </div>
      ) : null}
    </>
  );
}

/** Buttons that turn a text into a cell: copied, and where the host lets a widget do it, inserted below. */
export function AsCell(props: { text: string; title?: string; said: (words: string) => void }) {
  const { text, said } = props;
  const button = useRef<HTMLButtonElement>(null);

  async function insert(): Promise<void> {
    const done = button.current && (await window.rekaNotebook?.insertBelow(button.current, text));
    said(done ? "Cell inserted below." : "The cell could not be inserted. Copy it instead.");
  }

  return (
    <>
      <Copied words="Copy as cell" {...props} />
      {window.rekaNotebook ? (
        <button ref={button} type="button" class="rk-button" title={props.title} onClick={insert}>
          Insert below
        </button>
      ) : null}
    </>
  );
}
