import { useEffect, useRef, useState } from "preact/hooks";
import { listen } from "../../hooks/effects";
import { late } from "../late/late";
import type { Session } from "../model/session";
import { FAMILY } from "./FamilyButton";

const Family = late((parts) => parts.Family);

/** Shows families, each for as long as a person looks at it. Stands in the studio, and listens to what bubbles there. */
export function FamilyDialog({ session }: { session: Session }) {
  const place = useRef<HTMLSpanElement>(null);
  const [of, setOf] = useState<string | null>(null);
  useEffect(
    () =>
      listen<CustomEvent<string>>(place.current?.closest(".rk-studio"), FAMILY, ({ detail }) =>
        setOf(detail),
      ),
    [],
  );
  return (
    <span ref={place} hidden={of === null}>
      {of === null ? null : <Family session={session} of={of} onClose={() => setOf(null)} />}
    </span>
  );
}
