import { useOneAtATime } from "../hooks/useOneAtATime";
import type { Take } from "../kernel/protocol";
import { useStore } from "../store";
import { attempt, type Session } from "../studio/model/session";
import { asked } from "../studio/wall/filters";
import { JUDGE, type ToJudge } from "./JudgeDialog";

/** Takes that are judged at most. */
const MOST = 200;

/** Has takes judged in pairs: those that are given and not rejected, or all that the wall has found. */
export function JudgeButton(props: {
  session: Session;
  takes?: readonly Take[] | undefined;
  /** It stands in a line of words. */
  quiet?: boolean;
}) {
  const { session, takes, quiet } = props;
  const { wall } = useStore(session.state);
  const run = useOneAtATime();
  const given = takes?.flatMap(({ id, verdict }) => (verdict === "rejected" ? [] : id));
  const count = given ? given.length : wall.total;
  if (count < 2) return null;
  return (
    <button
      type="button"
      class={quiet ? "rk-quiet" : "rk-button"}
      title="Say which of two takes is better, without seeing their names"
      aria-haspopup="dialog"
      onClick={({ currentTarget }) =>
        run(() =>
          attempt(session, async () => {
            const detail = given ? { takes: given } : await found(session);
            currentTarget.dispatchEvent(new CustomEvent(JUDGE, { detail, bubbles: true }));
          }),
        )()
      }
    >
      Judge
    </button>
  );
}

/** What the wall has found, as far as that is judged at once. */
async function found({ state, connection }: Session): Promise<ToJudge> {
  const { filters, ids, total } = state.get().wall;
  if (filters.step || ids.length >= Math.min(total, MOST)) return within(ids, total);
  const { value } = await connection.request("find", { ...asked(filters), after: null, limit: MOST });
  return within(
    value.takes.map(({ id }) => id),
    value.total,
  );
}

function within(ids: readonly string[], total: number): ToJudge {
  const takes = ids.slice(0, MOST);
  return total > takes.length
    ? { takes, about: `Judging the first ${takes.length} of ${total.toLocaleString("en")}.` }
    : { takes };
}
