import { useOneAtATime } from "../hooks/useOneAtATime";
import type { Take } from "../kernel/protocol";
import { useStore } from "../store";
import { attempt, type Session } from "../studio/model/session";
import { gather, partOf } from "../studio/selection/gather";
import { many, mostOfAKind } from "../studio/selection/kinds";
import { MOST } from "../studio/selection/selecting";
import { JUDGE, type ToJudge } from "./JudgeDialog";

/**
 * Has takes judged in pairs: those that are given and not rejected, or all that the wall has found. Of several kinds, those
 * that most are of.
 */
export function JudgeButton(props: {
  session: Session;
  takes?: readonly Take[] | undefined;
  words?: string | undefined;
  /** How it looks. */
  look?: string;
}) {
  const { session, takes, words = "Judge", look = "rk-button" } = props;
  const { wall } = useStore(session.state);
  const run = useOneAtATime();
  const given = takes?.filter(({ verdict }) => verdict !== "rejected");
  if ((given?.length ?? wall.total) < 2) return null;
  return (
    <button
      type="button"
      class={look}
      title="Say which of two takes is better, without seeing their names"
      aria-haspopup="dialog"
      onClick={({ currentTarget }) =>
        run(() =>
          attempt(session, async () => {
            const found = given
              ? { takes: given.slice(0, MOST), total: given.length }
              : await gather(session);
            const judged = mostOfAKind(found.takes);
            const part = partOf(found);
            const about =
              judged.length < found.takes.length
                ? `Judging the ${many(judged)} of ${part ?? `${found.takes.length} takes`}.`
                : part && `Judging ${part}.`;
            const detail: ToJudge = { takes: judged.map(({ id }) => id), ...(about && { about }) };
            currentTarget.dispatchEvent(new CustomEvent(JUDGE, { detail, bubbles: true }));
          }),
        )()
      }
    >
      {words}
    </button>
  );
}
