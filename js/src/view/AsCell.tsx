import { useRef } from "preact/hooks";
import { Copied } from "./Copied";

declare global {
  interface Window {
    /** What this package's extension for JupyterLab and Notebook gives to its widgets. */
    rekaNotebook?: { insertBelow(within: Element, text: string): Promise<boolean> };
  }
}

/** Buttons that turn a text into a cell: copied, and where the host lets a widget do it, inserted below. */
export function AsCell(props: { text: string; title?: string; said: (words: string) => void }) {
  const { text, said } = props;
  const button = useRef<HTMLButtonElement>(null);

  async function insert(): Promise<void> {
    const done = button.current && (await window.rekaNotebook?.insertBelow(button.current, text));
    said(done ? "The cell is inserted below." : "The cell could not be inserted. Copy it instead.");
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
