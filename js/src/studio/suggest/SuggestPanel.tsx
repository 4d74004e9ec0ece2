import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import type { Session } from "../model/session";
import { Changes } from "./Changes";
import type { Suggesting } from "./suggesting";

export interface SuggestProps {
  session: Session;
  suggesting: Suggesting;
  /** Id of the panel. */
  id: string;
  /** Puts the focus back to where a person writes. */
  onDone: () => void;
}

/** Rewritings of the prompt to choose from, or what is on the way to them. Nothing is generated from here. */
export function SuggestPanel({ session, suggesting, id, onDone }: SuggestProps) {
  const { help } = suggesting;
  const offline = useStore(session.state).liveness === "gone";
  if (!help) return null;
  const take = (prompt: string, message: string) => {
    suggesting.take(prompt, message);
    onDone();
  };
  return (
    <section
      id={id}
      class="rk-suggest"
      aria-label="Suggestions"
      aria-busy={help.kind === "looking" || help.kind === "asking"}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        suggesting.close();
        onDone();
      }}
    >
      <div class="rk-suggest-head rk-small">
        <div class="rk-suggest-words">{wordsOf(suggesting)}</div>
        <button
          type="button"
          class="rk-quiet"
          title="Close"
          onClick={() => {
            suggesting.close();
            onDone();
          }}
        >
          <Icon name="close" />
          <span class="rk-unseen">Close suggestions</span>
        </button>
      </div>
      {help.kind === "looking" || help.kind === "asking" ? (
        <div class="rk-suggest-waiting" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
      ) : null}
      {help.kind === "there" ? (
        <ol class="rk-rewritings">
          {help.found.rewritings.map(({ text, changes }, place) => (
            <li key={text}>
              <button
                type="button"
                aria-label={`Use rewriting ${place + 1}: ${text}`}
                title="Use this prompt"
                onClick={() => take(text, "Took a suggestion.")}
              >
                <Changes changes={changes} />
              </button>
            </li>
          ))}
        </ol>
      ) : null}
      <Actions suggesting={suggesting} offline={offline} take={take} />
    </section>
  );
}

function Actions(props: {
  suggesting: Suggesting;
  offline: boolean;
  take: (prompt: string, message: string) => void;
}) {
  const { suggesting, offline, take } = props;
  const { help } = suggesting;
  const press = (words: string, action: () => void, title?: string) => (
    <button type="button" class="rk-button" title={title} disabled={offline} onClick={action}>
      {words}
    </button>
  );
  if (help?.kind === "offered")
    return (
      <div class="rk-suggest-actions">
        {press("Suggest rewritings", () => void suggesting.ask(help.again))}
      </div>
    );
  if (help?.kind === "failed")
    return <div class="rk-suggest-actions">{press("Try again", () => void suggesting.open())}</div>;
  if (help?.kind !== "there") return null;
  const { sweep, rewritings } = help.found;
  return (
    <div class="rk-suggest-actions">
      {sweep !== null && rewritings.length > 1
        ? press(
            "Use all as versions",
            () => take(sweep, `Took ${rewritings.length} suggestions as versions.`),
            "Writes them as {{a|b|c}}: one take of each",
          )
        : null}
      {press("Others", () => void suggesting.open(true), "Ask again; says first what it costs")}
    </div>
  );
}

function wordsOf({ help }: Suggesting) {
  switch (help?.kind) {
    case "looking":
      return <span class="rk-dim">Looking up what it costs</span>;
    case "offered":
      return help.words;
    case "asking":
      return <span class="rk-dim">Asking for rewritings</span>;
    case "failed":
      return <span class="rk-problem">{help.message}</span>;
    case "there":
      return <span class="rk-dim">{help.found.about}</span>;
    default:
      return null;
  }
}
