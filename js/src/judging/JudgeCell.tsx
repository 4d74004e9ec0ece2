import { useStore } from "../store";
import { Announcer } from "../view/Announcer";
import { Judge } from "./Judge";
import type { Judging } from "./judging";

/** Judging in a cell. */
export function JudgeCell({ session }: { session: Judging }) {
  const { said } = useStore(session.state);
  return (
    <div class="rk-card rk-judge-cell">
      <Judge judging={session} />
      <Announcer said={said} />
    </div>
  );
}
