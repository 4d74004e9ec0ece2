import { JudgeButton } from "../../judging/JudgeButton";
import type { Session } from "../model/session";
import { SheetButton } from "./Sheet";

/** What can be done with all that the wall has found. */
export function Found({ session }: { session: Session }) {
  return (
    <>
      <JudgeButton session={session} />
      <SheetButton session={session} />
    </>
  );
}
