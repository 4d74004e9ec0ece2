import { useRef } from "preact/hooks";
import { NBSP } from "../../format";
import { isModified } from "../../hooks/keys";
import type { PromptField } from "../../kernel/protocol";
import { useStore } from "../../store";
import { writeInto } from "../../view/write-into";
import { late } from "../late/late";
import { edit } from "../model/drafts";
import { shownOn, step, type Walk } from "../model/prompts";
import type { Session } from "../model/session";
import { SuggestButton } from "../suggest/SuggestButton";
import { useSuggesting } from "../suggest/suggesting";
import { EarlierPrompts } from "./EarlierPrompts";
import { Hint } from "./Hint";

const SuggestPanel = late((parts) => parts.SuggestPanel);

export interface PromptProps {
  session: Session;
  field: PromptField;
  id: string;
  /** Id of the element that says what is wrong with it, where something is. */
  problemId: string | undefined;
}

/** The count is said where it matters: from this part of what a prompt may have on. */
const NEAR = 0.8;

/** The prompt's box: of one height for every model, it counts, and goes back to the prompts of earlier. */
export function Prompt({ session, field, id, problemId }: PromptProps) {
  const { prompt } = useStore(session.state).draft;
  const box = useRef<HTMLTextAreaElement>(null);
  const walk = useRef<Walk | null>(null);
  const suggesting = useSuggesting(session);

  function go(to: "older" | "newer"): boolean {
    const next = step(walk.current, to, prompt, session.prompts.list);
    if (!next || !box.current) return false;
    walk.current = next;
    writeInto(box.current, shownOn(next));
    return true;
  }

  /** Goes to the last prompt once the kernel has told of it, if nothing has been typed until then. */
  async function goWhenTold(): Promise<void> {
    await session.prompts.refresh();
    if (box.current?.matches(":focus") && box.current.value === prompt) go("older");
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    if (event.shiftKey || isModified(event) || event.isComposing) return;
    const { selectionStart, selectionEnd, value } = event.currentTarget as HTMLTextAreaElement;
    if (selectionStart !== selectionEnd) return;
    const up = event.key === "ArrowUp";
    // As in a shell; but within a text of several lines the arrows go from line to line, unless it came by them.
    const walking = walk.current !== null && walk.current.index >= 0 && shownOn(walk.current) === value;
    const first = selectionStart === 0;
    const last = selectionEnd === value.length;
    if (up ? !(first || (walking && last)) : !(walking && (first || last))) return;
    if (go(up ? "older" : "newer")) event.preventDefault();
    else if (up && !session.prompts.list().length) void goWhenTold();
  }

  return (
    <div class="rk-editor">
      <label class="rk-unseen" for={id}>
        {field.label}
      </label>
      <textarea
        ref={box}
        id={id}
        class="rk-prompt"
        rows={3}
        value={prompt}
        placeholder={field.placeholder}
        aria-invalid={problemId !== undefined}
        aria-describedby={`${problemId ?? ""} ${id}count`.trim()}
        onInput={(event) => edit(session, { prompt: event.currentTarget.value })}
        onFocus={() => session.prompts.refresh()}
        onKeyDown={onKeyDown}
      />
      <div class="rk-editor-foot rk-small">
        <EarlierPrompts
          session={session}
          onChoose={(chosen) => {
            if (box.current) writeInto(box.current, chosen);
          }}
        />
        <Hint
          session={session}
          onTry={(words) => {
            const { current } = box;
            if (current) writeInto(current, [current.value.trimEnd(), words].filter(Boolean).join(" "));
          }}
        />
        <Count id={`${id}count`} text={prompt} limit={field.limit} />
        <SuggestButton session={session} suggesting={suggesting} id={`${id}suggest`} />
      </div>
      {suggesting.help ? (
        <SuggestPanel
          session={session}
          suggesting={suggesting}
          id={`${id}suggest`}
          onDone={() => box.current?.focus()}
        />
      ) : null}
    </div>
  );
}

/** How long the prompt is, where it is nearly as long as it may be. JSON Schema counts characters, not UTF-16. */
function Count({ id, text, limit }: { id: string; text: string; limit: number | null }) {
  const length = [...text].length;
  const over = limit === null ? 0 : length - limit;
  const number = (count: number) => count.toLocaleString("en");
  if (limit === null || length < limit * NEAR) return <span id={id} />;
  return (
    <span id={id} class={`rk-count ${over > 0 ? "rk-problem" : "rk-dim"}`}>
      {`${number(length)} of ${number(limit)}${NBSP}characters${over > 0 ? `, ${number(over)} too many` : ""}`}
    </span>
  );
}
