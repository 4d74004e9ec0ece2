import { useState } from "preact/hooks";

/** Copies a text. Where the clipboard is refused, the text is shown selected, to be copied by hand. */
export function CopyButton(props: {
  label: string;
  text: string;
  title?: string;
  onCopied: (words: string) => void;
}) {
  const { label, text, onCopied } = props;
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
      onCopied("Copied.");
      setTimeout(() => setState((now) => (now === "copied" ? "idle" : now)), 2000);
    } catch {
      setState("refused");
      onCopied("The browser does not allow copying. The text is shown, to be copied by hand.");
    }
  }
  return (
    <>
      <button type="button" class="rk-button" title={props.title} onClick={copy}>
        {state === "copied" ? "Copied" : label}
      </button>
      {state === "refused" ? (
        <label class="rk-field rk-copy">
          <span class="rk-hint">The browser does not allow copying. Copy this by hand:</span>
          <textarea
            readOnly
            rows={text.split("\n").length}
            value={text}
            ref={(element) => element?.select()}
            onFocus={(event) => event.currentTarget.select()}
          />
        </label>
      ) : null}
    </>
  );
}
