import { NBSP } from "../../format";
import type { Endpoint } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Notice } from "../../view/Notice";
import { undo } from "../loading/loading";
import { readable } from "../model/planning";
import type { Session } from "../model/session";
import { Assumed } from "./Assumed";
import { differing } from "./differing";

export interface WordsProps {
  session: Session;
  endpoint: Endpoint;
  /** What says what is wrong, or what came of it. */
  outcomeId: string;
  /** What is wrong with the alternatives in the prompt. */
  problemId: string;
  /** What a budget leaves. */
  limitId: string;
  correcting: boolean;
  panel: string;
  onCorrect: () => void;
}

/**
 * All that is said about the form, in one place below the button: room for it is there before anything is said, so that
 * nothing moves away from under the pointer.
 */
export function Words(props: WordsProps) {
  const { session, endpoint } = props;
  const state = useStore(session.state);
  const read = readable(state.plan);
  const problem = state.plan && "problem" in state.plan ? state.plan.problem : null;
  const old = read?.old ? " rk-old" : "";
  return (
    <div class="rk-words rk-small">
      {read?.limit ? (
        <div id={props.limitId} class="rk-limit rk-dim">
          {read.limit.left}
          {read.limit.over ? <b class={`rk-problem${old}`}> {read.limit.over}</b> : null}
        </div>
      ) : null}
      <div id={props.outcomeId}>
        <OutcomeNotice session={session} />
      </div>
      {problem ? (
        <div id={props.problemId} class="rk-problem">
          {problem}
        </div>
      ) : null}
      {differing(state).map((words) => (
        <div key={words} class="rk-differing">
          {words}
        </div>
      ))}
      {read?.price.parts.length ? (
        <div class={`rk-parts rk-dim${old}`}>
          {read.price.parts.map((part) => part.replaceAll(" ", NBSP)).join(" · ")}
        </div>
      ) : null}
      {endpoint.note ? (
        <div class={props.correcting ? "rk-dim" : "rk-dim rk-note-line"} title={endpoint.note}>
          {endpoint.note}
        </div>
      ) : null}
      <div class="rk-dim">
        <Assumed endpoint={endpoint} open={props.correcting} panel={props.panel} onToggle={props.onCorrect} />
      </div>
    </div>
  );
}

/** What came of the last Generate or of loading something, where something is to be said about it. */
function OutcomeNotice({ session }: { session: Session }) {
  const { outcome } = useStore(session.state);
  if (!outcome || outcome.kind === "many") return null;
  if (outcome.kind !== "loaded")
    return <Notice tone={outcome.kind === "problem" ? "problem" : "calm"}>{outcome.message}</Notice>;
  const { message, before, undone } = outcome;
  return (
    <Notice
      tone="calm"
      action={
        <button type="button" class="rk-button" onClick={() => undo(session, before, Boolean(undone))}>
          {undone ? "Redo" : "Undo"}
        </button>
      }
    >
      {message}
    </Notice>
  );
}
