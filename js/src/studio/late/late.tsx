import type { ComponentChild, ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import { refuse, type Session } from "../model/session";
import type { StudioState } from "../model/state";

type Parts = typeof import("./parts");

/**
 * A component of the second script, to be drawn like any other. Until that is there, what `coming` draws has its place;
 * where it does not come, words say so. It is drawn, and the script wanted, only `when` there is something to draw.
 */
export function late<P extends { session: Session }>(
  part: (parts: Parts) => ComponentType<P>,
  coming: (words: ComponentChild) => ComponentChild = (words) => words,
  when: (state: StudioState) => unknown = () => true,
) {
  return (props: P) => {
    const { session } = props;
    const state = useStore(session.state);
    const { late } = state;
    const wanted = Boolean(when(state));
    useEffect(() => {
      if (wanted) void session.loadLate();
    }, [wanted]);
    if (!wanted) return null;
    if (late && "parts" in late) {
      const Part = part(late.parts as Parts);
      return <Part {...props} />;
    }
    return coming(
      late ? (
        <Notice
          tone="problem"
          action={
            <button type="button" class="rk-button" onClick={() => session.loadLate()}>
              Try again
            </button>
          }
        >
          This part of the studio did not load: {late.problem}
        </Notice>
      ) : null,
    );
  };
}

/** The second script is there: what stands beside the first one's parts does not ask for it. */
export const loaded = ({ late }: StudioState) => late && "parts" in late;

/** A component of the second script that adds to what is there: it does not ask for the script, and has no place before. */
export const added = <P extends { session: Session }>(part: (parts: Parts) => ComponentType<P>) =>
  late<P>(part, () => null, loaded);

/** Has takes judged. */
export const JudgeButton = added((parts) => parts.JudgeButton);

/** Does what the second script knows how to do: now if that is there, and else once it is. */
export async function withLate(session: Session, action: (parts: Parts) => unknown): Promise<void> {
  if (!loaded(session.state.get())) await session.loadLate();
  const { late } = session.state.get();
  if (late && "parts" in late) action(late.parts as Parts);
  else if (late) refuse(session, new Error(late.problem));
}
