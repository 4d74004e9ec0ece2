import { Sorted } from "../measures/Sorted";
import type { Session } from "../model/session";
import { SheetTold } from "../selection/Sheet";

/** What is said of all that the wall has found. */
export function UnderHead({ session }: { session: Session }) {
  return (
    <>
      <SheetTold session={session} />
      <Sorted session={session} />
    </>
  );
}
