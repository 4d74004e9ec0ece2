import { useEffect, useState } from "preact/hooks";
import { reason } from "../../format";
import { blobOf } from "../../kernel/blob-urls";
import { kindOf } from "../../kernel/kind-of";
import type { ChainCodeValue, ChainStep, DetailsValue, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Code } from "../../view/Code";
import { AsCell, Copied } from "../../view/Copied";
import { Icon } from "../../view/Icon";
import { Notice } from "../../view/Notice";
import { recall } from "../loading/loading";
import { MeasureBars } from "../measures/MeasureBars";
import type { Session } from "../model/session";
import { saveBlob } from "../model/takes";
import { Describe } from "../suggest/Describe";
import { pin } from "../wall/opinions";

/** Seconds: a long video takes its time to become a GIF. */
const GIF_PATIENCE = 300;
/** Seconds without a sign of life; each part of a large file is one. */
const FILE_PATIENCE = 120;

export interface DetailsProps {
  session: Session;
  /** As if the file that is shown were its first. */
  take: Take;
  /** Which of its files is shown, from 0. */
  file: number;
  /** Blob URL of its file, once it is here. */
  url: string | undefined;
  /** Whether they are unfolded. */
  open: boolean;
}

/** All the rest about a take: what can be copied or saved of it, its request, the raw answers, its cost, its file. */
export function Details({ session, take, file, url, open }: DetailsProps) {
  const offline = useStore(session.state).liveness === "gone";
  const [details, setDetails] = useState<DetailsValue | null>(null);
  /** Other takes led to it. */
  const [chained, setChained] = useState(false);
  const [chain, setChain] = useState<ChainCodeValue | null>(null);
  const [making, setMaking] = useState(false);
  const [told, setTold] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const say = (said: string) => session.state.set({ said });

  async function attempt(action: () => Promise<void>): Promise<void> {
    setProblem(null);
    try {
      await action();
    } catch (error) {
      setProblem(reason(error));
      say(reason(error));
    }
  }

  useEffect(() => {
    if (!open || details) return;
    void attempt(async () => {
      setDetails((await session.connection.request("details", { take: take.id })).value);
    });
    session.connection.request("chain", { take: take.id }).then(
      ({ value }) => setChained(hasSteps(value.steps)),
      () => {},
    );
  }, [open]);

  /** Saves the file with its recipe in the metadata; `told` says what that does to content credentials. */
  const save = (what: "file" | "poster" | "gif") =>
    attempt(async () => {
      const options = { timeout: what === "gif" ? GIF_PATIENCE : FILE_PATIENCE };
      const answer = await session.connection.request("save", { take: take.id, file, what }, [], options);
      saveBlob(blobOf(answer), answer.value.name);
      setTold(answer.value.told);
      say([`Saved ${answer.value.name}.`, answer.value.told].join(" ").trim());
    });

  const saveGif = async () => {
    if (making) return;
    setMaking(true);
    say("Making the GIF.");
    await save("gif");
    setMaking(false);
  };

  const writeChain = () =>
    attempt(async () => {
      setChain((await session.connection.request("chain_code", { take: take.id })).value);
    });

  const press = (words: string, action: () => unknown, title?: string) => (
    <button type="button" class="rk-button" title={title} disabled={offline} onClick={action}>
      {words}
    </button>
  );
  const { has_frames: film, has_poster: pictured, is_seen: seen } = kindOf(take.kind);
  return (
    <div class="rk-details">
      <div class="rk-details-actions">
        {"seed" in take.settings
          ? press("Reuse with a new seed", () => recall(session, take, { seed: false }))
          : null}
        {press("Download", () => save("file"), "With the prompt and settings in its metadata")}
        {url ? (
          <a class="rk-button" href={url} download={take.file} title="As it is in the library, byte for byte">
            Download original
          </a>
        ) : null}
        {pictured ? press("Save poster", () => save("poster")) : null}
        {film && file === 0 ? (
          <button type="button" class="rk-button" aria-disabled={making || offline} onClick={saveGif}>
            {making ? "Making the GIF" : "Save GIF"}
          </button>
        ) : null}
        {details?.cell ? <AsCell text={details.cell} said={say} /> : null}
        {details?.python ? <Copied words="Copy as Python" text={details.python} said={say} /> : null}
        {chained && !chain
          ? press("Copy the whole chain", writeChain, "This take and all that led to it, as code")
          : null}
        {open && seen && file === 0 ? <Describe session={session} take={take} /> : null}
        <button
          type="button"
          class="rk-button rk-pin"
          title="Pinned takes are never cleaned up"
          aria-pressed={take.pinned}
          disabled={offline}
          onClick={() => pin(session, take)}
        >
          <Icon name="pin" />
          Pin
        </button>
      </div>
      {chain ? <ChainCode chain={chain} said={say} /> : null}
      {told ? <Notice tone="calm">{told}</Notice> : null}
      {problem ? <Notice tone="problem">{problem}</Notice> : null}
      {open && file === 0 ? <MeasureBars session={session} take={take} /> : null}
      {details ? (
        <>
          <dl class="rk-facts rk-small">
            {details.facts.map(({ label, text }) => (
              <div key={label + text}>
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
          {details.answers.map(({ label, text }) => (
            <details key={label} class="rk-answer">
              <summary>{label}</summary>
              <Code label={label} text={text} />
              <Copied words="Copy" text={text} said={say} />
            </details>
          ))}
        </>
      ) : problem ? null : (
        <div class="rk-small rk-dim">Looking it up</div>
      )}
    </div>
  );
}

/** Whether other takes led to the one that the chain is of. */
function hasSteps(steps: readonly ChainStep[]): boolean {
  const own = steps.find((step) => step.open);
  return steps.some((step) => step.id === own?.parent && step.takes.length > 0);
}

/** A take with all that led to it, as code. */
function ChainCode({ chain, said }: { chain: ChainCodeValue; said: (words: string) => void }) {
  const text = chain.python ?? chain.cells.join("\n\n");
  if (!text)
    return <div class="rk-small rk-dim">This chain can't be written as code: a part of it has no code.</div>;
  return (
    <div class="rk-answer">
      <Code label={`${chain.takes} takes, from the first on`} text={text} />
      {chain.python === null ? <div class="rk-small rk-dim">Each part is a cell of its own.</div> : null}
      <Copied words="Copy" text={text} said={said} />
    </div>
  );
}
