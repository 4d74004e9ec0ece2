import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../store";
import { useId } from "../../view/use-id";
import { sendUrl, writeUrl } from "../model/images";
import type { Session } from "../model/session";

/** A button that becomes a field for an image's address. */
export function UrlEntry({ session, slot, disabled }: { session: Session; slot: string; disabled: boolean }) {
  const url = useStore(session.state).urls[slot] ?? "";
  // One that did not lead to an image stands there to be mended.
  const [open, setOpen] = useState(url !== "");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (open) input.current?.focus();
  }, [open]);

  if (!open)
    return (
      <button type="button" class="rk-quiet" disabled={disabled} onClick={() => setOpen(true)}>
        Use a URL
      </button>
    );

  function send(): void {
    if (url.trim()) void sendUrl(session, slot, url.trim());
  }
  return (
    <div class="rk-url">
      <label class="rk-unseen" for={id}>
        Image URL
      </label>
      <input
        id={id}
        ref={input}
        type="url"
        value={url}
        placeholder="https://"
        disabled={disabled}
        onInput={(event) => writeUrl(session, slot, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault();
            setOpen(false);
          }
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="button" class="rk-button" disabled={disabled || !url.trim()} onClick={send}>
        Use
      </button>
    </div>
  );
}
