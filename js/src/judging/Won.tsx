import type { JudgedValue, Ranked } from "../kernel/protocol";
import { usePicture } from "../view/usePicture";
import type { Judging, JudgingState } from "./judging";
import { ModelVotes } from "./ModelVotes";

interface WonProps {
  judging: Judging;
  result: NonNullable<JudgingState["result"]>;
  gone: boolean;
  /** Goes back to where it began; undefined in a cell. */
  onClose?: (() => void) | undefined;
  /** Shows a take. */
  onOpen?: ((take: string) => void) | undefined;
}

/** What won so far, with names, and buttons to continue or go back. */
export function Won({ judging, result, onOpen, onClose, gone }: WonProps) {
  return (
    <div class="rk-won">
      {result === "coming" ? (
        <div class="rk-judge-words rk-small rk-dim" aria-busy="true">
          Counting
        </div>
      ) : (
        <>
          <p class="rk-won-words">{result.words}</p>
          {result.differences.length ? (
            <ul class="rk-won-differences" aria-label="What made the difference">
              {result.differences.map(({ sentence, sure }) => (
                <li key={sentence} data-sure={sure}>
                  {sentence}
                </li>
              ))}
            </ul>
          ) : null}
          {result.notes.map((note) => (
            <p key={note} class="rk-won-words rk-small rk-dim">
              {note}
            </p>
          ))}
          <Places {...{ judging, result, onOpen }} />
          {result.ranked.some(({ low }) => low !== null) ? (
            <p class="rk-won-words rk-small rk-dim" aria-hidden="true">
              Dot: how often it would be preferred, from never (left) to always (right). Bar: the 90%
              interval. Line in the middle: half the time, which is no difference.
            </p>
          ) : null}
          {result.ranked.length > 1 ? <ModelVotes {...{ judging, result, gone }} /> : null}
        </>
      )}
      <div class="rk-judge-others">
        <button
          type="button"
          class="rk-button rk-lead"
          aria-disabled={gone}
          onClick={() => gone || judging.goOn()}
        >
          Continue judging
        </button>
        {onClose ? (
          <button type="button" class="rk-button" aria-keyshortcuts="Escape" onClick={onClose}>
            Back to the studio <kbd class="rk-judge-key">Esc</kbd>
          </button>
        ) : null}
      </div>
    </div>
  );
}

function Places({ judging, result, onOpen }: Pick<WonProps, "judging" | "onOpen"> & { result: JudgedValue }) {
  return (
    <ol class="rk-won-places">
      {result.ranked.map((one) => (
        <li key={one.take}>
          <span class="rk-won-place">{one.share === null ? "–" : one.place}</span>
          <Still {...{ judging, one, onOpen }} />
          <div class="rk-won-about">
            <div class="rk-won-name">{one.words}</div>
            {one.share === null ? (
              <div class="rk-small rk-dim">Not judged yet</div>
            ) : (
              <>
                <Share {...one} share={one.share} />
                <div class="rk-small rk-dim">{counts(one)}</div>
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Still({ judging, one, onOpen }: Pick<WonProps, "judging" | "onOpen"> & { one: Ranked }) {
  const picture = usePicture(judging.posters, one.take);
  const still = picture ? <img src={picture} alt="" /> : null;
  return onOpen ? (
    <button
      type="button"
      class="rk-won-still"
      aria-label={`Open ${one.words}`}
      title="Open on the stage"
      onClick={() => onOpen(one.take)}
    >
      {still}
    </button>
  ) : (
    <span class="rk-won-still">{still}</span>
  );
}

/** How likely it beats another one, from never to always, with the interval around that where there is one. */
function Share({ share, low, high }: Ranked & { share: number }) {
  const percent = (part: number) => `${Math.round(100 * part)}%`;
  return (
    <div class="rk-won-bar" aria-hidden="true">
      {low !== null && high !== null ? (
        <b style={{ left: percent(low), width: percent(high - low) }} />
      ) : null}
      <i style={{ left: percent(share) }} />
    </div>
  );
}

function counts({ wins, losses, ties }: Ranked): string {
  return `Won ${wins}, lost ${losses}${ties ? `, ${ties === 1 ? "1 tie" : `${ties} ties`}` : ""}`;
}
