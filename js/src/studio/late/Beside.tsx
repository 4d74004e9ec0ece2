import { JudgeDialog } from "../../judging/JudgeDialog";
import { TellPlaying } from "../../kernel/TellPlaying";
import { Undoable } from "../culling/Undoable";
import type { Session } from "../model/session";
import { Away } from "../selection/Away";
import { FromFile } from "../sharing/FromFile";

/**
 * What is there as soon as the second script is. What lies over the studio for a while moves nothing in it: it stands at
 * the foot of what is seen, one above the other.
 */
export function Beside({ session }: { session: Session }) {
  return (
    <>
      <div class="rk-beside">
        <div>
          <FromFile session={session} />
          <Undoable session={session} />
          <Away session={session} />
        </div>
      </div>
      <JudgeDialog session={session} />
      <TellPlaying session={session} />
    </>
  );
}
