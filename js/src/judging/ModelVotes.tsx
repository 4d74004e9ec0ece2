import type { JudgedValue, ModelVotes as Model } from "../kernel/protocol";
import { useStore } from "../store";
import { Bar } from "../view/Bar";
import type { Judging } from "./judging";

/** What chat models voted, apart from what the person judged, and a button to have one vote. */
export function ModelVotes({
  judging,
  result,
  gone,
}: {
  judging: Judging;
  result: JudgedValue;
  gone: boolean;
}) {
  return (
    <section class="rk-won-models" aria-label="What a chat model thinks">
      {result.models.map((model) => (
        <Voted key={model.title} {...model} />
      ))}
      <Ask judging={judging} again={result.models.length > 0} gone={gone} />
    </section>
  );
}

function Voted({ title, words, pairs, same, chance, agreement }: Model) {
  return (
    <div class="rk-won-model">
      <h3 class="rk-heading">
        {title} <span class="rk-small rk-dim">chat model</span>
      </h3>
      <p class="rk-small">{words}</p>
      {pairs ? (
        <div class="rk-agreement" role="img" aria-label={agreement}>
          <Agreed
            label="Agrees with you"
            share={same / pairs}
            words={`${Math.round((100 * same) / pairs)}%, ${same} of ${pairs === 1 ? "1 pair" : `${pairs} pairs`}`}
          />
          <Agreed label="By chance" share={chance} words={`about ${Math.round(100 * chance)}%`} />
        </div>
      ) : (
        <p class="rk-small rk-dim">{agreement}</p>
      )}
    </div>
  );
}

function Agreed({ label, share, words }: { label: string; share: number; words: string }) {
  return (
    <>
      <span class="rk-small">{label}</span>
      <span class="rk-agreed">
        <i style={{ width: `${Math.round(100 * share)}%` }} />
      </span>
      <span class="rk-small rk-dim">{words}</span>
    </>
  );
}

/** Says first what would be sent where and what it costs, and shows how far it is. */
function Ask({ judging: { votes }, again, gone }: { judging: Judging; again: boolean; gone: boolean }) {
  const { step, plan, far, stopping, words, failed } = useStore(votes.state);
  const asking = step === "asking";
  const offered = step === "offered" ? plan : null;
  const said = asking ? (far?.words ?? "Asking") : (offered?.words ?? (step === "ended" ? words : ""));
  const [label, act] = asking
    ? ["Stop asking", votes.stop]
    : offered
      ? ["Cancel", votes.dismiss]
      : step === "planning"
        ? ["Looking up the price", null]
        : [again ? "Ask about more pairs…" : "Ask a chat model…", votes.plan];
  const off = gone || act === null || (asking && stopping);
  return (
    <div class="rk-won-ask" aria-busy={asking || act === null}>
      {asking ? <Bar label="Asked" done={far?.asked ? far.answered / far.asked : null} words={said} /> : null}
      {said ? <p class={`rk-small${step === "ended" && failed ? " rk-problem" : ""}`}>{said}</p> : null}
      <div class="rk-judge-others">
        {/* One button in all steps, so that it keeps the focus. What agrees to a price is another: a double click agrees to nothing. */}
        <button
          type="button"
          class="rk-button"
          title="Has a chat model say which takes are better. Its votes are kept apart from yours."
          aria-disabled={off}
          onClick={() => off || act?.()}
        >
          {label}
        </button>
        {offered ? (
          <button type="button" class="rk-button" aria-disabled={gone} onClick={() => gone || votes.ask()}>
            Ask {offered.questions} {offered.questions === 1 ? "question" : "questions"}
          </button>
        ) : null}
      </div>
    </div>
  );
}
