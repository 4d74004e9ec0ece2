import { useEffect, useRef, useState } from "preact/hooks";
import { listen } from "../../hooks/effects";
import { late } from "../late/late";
import type { Session } from "../model/session";
import { LIST_KEYS } from "./studio-key";

const KeysList = late((parts) => parts.KeysList);

/** Lists the keys, for as long as a person looks at them. Stands in the studio, and listens to what bubbles there. */
export function KeysDialog({ session }: { session: Session }) {
  const place = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => listen(place.current?.closest(".rk-studio"), LIST_KEYS, () => setOpen(true)), []);
  return (
    <span ref={place} hidden={!open}>
      {open ? <KeysList session={session} onClose={() => setOpen(false)} /> : null}
    </span>
  );
}
