import { useState } from "preact/hooks";
import { reason } from "../../format";
import { blobOf } from "../../kernel/blob-urls";
import type { DetailsValue, Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Code } from "../../view/Code";
import { AsCell, Copied } from "../../view/Copied";
import { Icon } from "../../view/Icon";
import { Notice } from "../../view/Notice";
import { useId } from "../../view/use-id";
import type { Session } from "../model/session";
import { saveBlob } from "../model/takes";

/** Seconds: a long video takes its time to become a GIF. */
const GIF_PATIENCE = 300;

/** The details of a take: its request, the raw answers, its cost, its file, and what can be copied or saved. */
export function Details({ session, take }: { session: Session; take: Take }) {
  const offline = useStore(session.state).liveness === "gone";
  const [open, setOpen] = useState(false);
  const [details, setDetails] = useState<DetailsValue | null>(null);
  const [making, setMaking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
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

  const unfold = () =>
    attempt(async () => {
      setOpen(!open);
      if (open || details) return;
      setDetails((await session.connection.request("details", { take: take.id })).value);
    });

  const savePoster = () =>
    attempt(async () => {
      const answer = await session.connection.request("poster", { take: take.id });
      saveBlob(blobOf(answer), `${stem(take.file)}.jpg`);
    });

  const saveGif = () =>
    attempt(async () => {
      if (making) return;
      setMaking(true);
      say("Making the GIF.");
      try {
        const options = { timeout: GIF_PATIENCE };
        const answer = await session.connection.request("gif", { take: take.id }, [], options);
        saveBlob(blobOf(answer), answer.value.name);
        say("The GIF is saved.");
      } finally {
        setMaking(false);
      }
    });

  return (
    <div class="rk-details">
      <button
        type="button"
        class="rk-quiet rk-details-button"
        aria-expanded={open}
        aria-controls={`${id}details`}
        disabled={offline && !details}
        onClick={unfold}
      >
        <Icon name="chevron" />
        Details
      </button>
      <div id={`${id}details`} class="rk-details-body" hidden={!open}>
        {problem ? <Notice tone="problem">{problem}</Notice> : null}
        {details ? (
          <>
            <div class="rk-details-actions">
              {details.cell ? <AsCell text={details.cell} said={say} /> : null}
              {details.python ? <Copied words="Copy as Python" text={details.python} said={say} /> : null}
              {take.kind === "video" || take.kind === "image" ? (
                <button type="button" class="rk-button" disabled={offline} onClick={savePoster}>
                  Save poster
                </button>
              ) : null}
              {take.kind === "video" ? (
                <button type="button" class="rk-button" aria-disabled={making || offline} onClick={saveGif}>
                  {making ? "Making the GIF" : "Save GIF"}
                </button>
              ) : null}
            </div>
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
    </div>
  );
}

function stem(file: string): string {
  return file.replace(/\.[^.]*$/, "");
}
