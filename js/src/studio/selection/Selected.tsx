import { useLayoutEffect, useRef } from "preact/hooks";
import { Comparison } from "../../compare/Comparison";
import type { Take } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { areSideBySide } from "./selecting";
import { Tray } from "./Tray";

/** Several takes on the stage: side by side where they can be, and else in a tray, with what can be done with them. */
export function Selected({ session, takes }: { session: Session; takes: readonly Take[] }) {
  const place = useRef<HTMLDivElement>(null);
  const compared = areSideBySide(takes);
  // The button that was pressed may go away with what it stands in.
  const focused = place.current?.contains((place.current.getRootNode() as Document).activeElement);
  useLayoutEffect(() => {
    if (focused) place.current?.querySelector("section")?.focus({ preventScroll: true });
  }, [compared]);
  return (
    <div ref={place}>
      {compared ? <Comparison {...{ session, takes }} /> : <Tray {...{ session, takes }} />}
    </div>
  );
}
