import { JudgeDialog } from "../../judging/JudgeDialog";
import { TellPlaying } from "../../kernel/TellPlaying";
import type { Session } from "../model/session";

/** What is there as soon as the second script is, and mostly not seen. */
export function Beside({ session }: { session: Session }) {
  return (
    <>
      <JudgeDialog session={session} />
      <TellPlaying session={session} />
    </>
  );
}
