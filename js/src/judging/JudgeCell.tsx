import { TellPlaying } from "../kernel/TellPlaying";
import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import type { CellJudging } from "./cell";
import { Judge } from "./Judge";

/** Judging in a cell. */
export function JudgeCell({ session }: { session: CellJudging }) {
  const { said } = useStore(session.state);
  return (
    <div class="rk-card rk-judge-cell">
      <Judge judging={session} />
      <Announcer said={said} />
      <TellPlaying session={session} />
    </div>
  );
}
