import { useEffect, useRef, useState } from "preact/hooks";
import { listen } from "../../hooks/effects";
import type { Take } from "../../kernel/protocol";
import { late } from "../late/late";
import type { Session } from "../model/session";

const Buttons = late(
  (parts) => parts.PosterButtons,
  () => null,
);

/**
 * The stars and the cross over a poster that is pointed at or has the focus. They are for the pointer: on the keyboard,
 * the poster itself takes 1 to 3 and X.
 */
export function PosterActions({ session, take }: { session: Session; take: Take }) {
  const place = useRef<HTMLSpanElement>(null);
  const [wanted, setWanted] = useState(false);
  // Not drawn before they are wanted: there may be a thousand posters.
  useEffect(() => {
    const heard = ({ type }: Event) => setWanted(type === "pointerenter");
    return listen(place.current?.parentElement, "pointerenter pointerleave", heard);
  }, []);
  return (
    <span ref={place} class="rk-poster-actions">
      {wanted ? <Buttons session={session} take={take} /> : null}
    </span>
  );
}
