import { useState } from "preact/hooks";
import { reason } from "../../format";
import type { ChatPlanValue, DescribeValue, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { CHAT_PATIENCE } from "./suggesting";

/** Characters that a note may have. */
const LONGEST_NOTE = 2000;

type Step =
  | { kind: "offered"; plan: ChatPlanValue }
  | { kind: "asking" }
  | { kind: "there"; found: DescribeValue; kept: boolean }
  | { kind: "failed"; message: string };

/** Has a chat model look at a take: what is seen, and what of the prompt is missing. Says first what it costs. */
export function Describe({ session, take }: { session: Session; take: Take }) {
  const { liveness, notes } = useStore(session.state);
  const [step, setStep] = useState<Step | null>(null);
  const offline = liveness === "gone";
  const busy = step?.kind === "asking";
  const say = (said: string) => session.state.set({ said });

  async function run(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      setStep({ kind: "failed", message: reason(error) });
      say(reason(error));
    }
  }

  async function ask(): Promise<void> {
    setStep({ kind: "asking" });
    say("Looking at the take.");
    const options = { timeout: CHAT_PATIENCE };
    const { value } = await session.connection.request("describe", { take: take.id }, [], options);
    setStep({ kind: "there", found: value, kept: false });
    say(value.text);
  }

  const begin = () =>
    run(async () => {
      const { value } = await session.connection.request("describe_plan", { take: take.id });
      if (value.free) return ask();
      setStep({ kind: "offered", plan: value });
      say(value.words);
    });

  function keep(found: DescribeValue): void {
    const note = (notes[take.id]?.text ?? take.note).trimEnd();
    session.notes.write(take.id, [note, found.text].filter(Boolean).join("\n").slice(0, LONGEST_NOTE));
    session.notes.leave(take.id);
    setStep({ kind: "there", found, kept: true });
    say("Kept as the note.");
  }

  const press = (words: string, action: () => unknown) => (
    <button type="button" class="rk-button" disabled={offline} onClick={action}>
      {words}
    </button>
  );
  return (
    <div class="rk-describe" aria-busy={busy}>
      <button
        type="button"
        class="rk-button"
        title="Says what is seen, and what of the prompt is missing"
        disabled={offline}
        aria-disabled={busy}
        onClick={() => busy || begin()}
      >
        {busy ? "Describing" : "Describe"}
      </button>
      {step?.kind === "failed" ? <div class="rk-small rk-problem">{step.message}</div> : null}
      {step?.kind === "offered" ? (
        <div class="rk-suggest">
          <div class="rk-small">{step.plan.words}</div>
          {/* Elsewhere than the first: a double click agrees to nothing. */}
          <div class="rk-suggest-actions">{press("Describe it", () => run(ask))}</div>
        </div>
      ) : null}
      {step?.kind === "there" ? (
        <div class="rk-suggest">
          <dl class="rk-facts">
            <div>
              <dt>Seen</dt>
              <dd>{step.found.seen}</dd>
            </div>
            {step.found.missing ? (
              <div>
                <dt>Missing</dt>
                <dd>{step.found.missing}</dd>
              </div>
            ) : null}
          </dl>
          <div class="rk-small rk-dim">{step.found.about}</div>
          {step.kept ? null : (
            <div class="rk-suggest-actions">{press("Keep as note", () => keep(step.found))}</div>
          )}
        </div>
      ) : null}
    </div>
  );
}
