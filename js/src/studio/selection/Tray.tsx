import { useRef } from "preact/hooks";
import { JudgeButton } from "../../judging/JudgeButton";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import { canBeCompared } from "../model/selecting";
import type { Session } from "../model/session";
import { useNear } from "../poster/useNear";
import { StageBox } from "../stage/StageBox";
import { AddToCollection } from "../team/AddToCollection";
import { byKind, canBeJudged, many } from "./kinds";
import { SheetButton, SheetTold } from "./Sheet";
import { clearSelected, SIDE_BY_SIDE, select, setSelected } from "./selecting";

/** Columns at most, where there is room for them. */
const COLUMNS = 8;

/** What is selected where that is more than fits side by side, or cannot be: small, and what can be done with it. */
export function Tray({ session, takes }: { session: Session; takes: readonly Take[] }) {
  const { length } = takes;
  const groups = byKind(takes);
  const judged = groups.filter(({ kind, takes }) => canBeJudged(kind) && takes.length > 1);
  const alone = groups.length === 1;
  const compared = takes.filter(canBeCompared);
  const columns = Math.min(COLUMNS, Math.ceil(Math.sqrt(length)));
  return (
    <section class="rk-section rk-tray" aria-label={`${length} takes selected`} tabIndex={-1}>
      {/* As high as one take and what is said of it, so that nothing below moves. */}
      <StageBox>{null}</StageBox>
      <div class="rk-stage-foot" />
      <div class="rk-tray-body">
        <ol class="rk-tray-takes" style={{ "--rk-columns": columns }}>
          {takes.map((take, index) => (
            <Small key={take.id} {...{ session, take, index }} />
          ))}
        </ol>
        <div class="rk-tray-ways">
          <b>{length} selected</b>
          {judged.map(({ kind, takes }) => (
            <JudgeButton
              key={kind}
              {...{ session, takes }}
              look={judged.length > 1 ? "rk-button" : "rk-button rk-lead"}
              words={alone ? "Judge" : `Judge ${many(takes)}`}
            />
          ))}
          <SheetButton session={session} takes={takes} />
          {compared.length < length && compared.length > 1 && compared.length <= SIDE_BY_SIDE ? (
            <button
              type="button"
              class="rk-button"
              onClick={() =>
                setSelected(
                  session,
                  compared.map(({ id }) => id),
                )
              }
            >
              Compare {inWords(byKind(compared).map(({ takes }) => many(takes)))}
            </button>
          ) : null}
          <AddToCollection session={session} takes={takes} />
          <button type="button" class="rk-quiet rk-small" onClick={() => clearSelected(session)}>
            Clear
          </button>
        </div>
        <SheetTold session={session} takes={takes} />
        <p class="rk-small rk-dim">
          {whyNotCompared(takes)}{" "}
          {judged.length
            ? alone
              ? ""
              : "Each kind is judged by itself."
            : "Judging needs two videos, images or sounds."}
        </p>
      </div>
    </section>
  );
}

/** One of them; pressed, it is no longer selected. */
function Small({ session, take, index }: { session: Session; take: Take; index: number }) {
  const button = useRef<HTMLButtonElement>(null);
  const near = useNear(button) !== null;
  const { has_poster, plays } = kindOf(take.kind);
  const picture = usePicture(session.posters, has_poster ? take.id : null, near);
  return (
    <li>
      <button
        ref={button}
        type="button"
        aria-label={`Take out ${index + 1}: ${take.prompt || take.file}`}
        title={`Take out: ${take.prompt || take.file}`}
        onClick={({ currentTarget, target }) => {
          // The next one has the focus, so that one can be taken out after the other.
          const cell = currentTarget.parentElement;
          const next = cell?.nextElementSibling ?? cell?.previousElementSibling;
          next?.querySelector("button")?.focus({ preventScroll: true });
          select(session, take, { shiftKey: false, target });
        }}
      >
        {picture ? (
          <img src={picture} alt="" draggable={false} data-kind={take.kind} />
        ) : picture === null ? null : (
          <Icon name={plays ? "sound" : "image"} />
        )}
        <b class="rk-number">{index + 1}</b>
        <span class="rk-tray-out">
          <Icon name="close" />
        </span>
      </button>
    </li>
  );
}

/** How to come back to comparing. */
function whyNotCompared(takes: readonly Take[]): string {
  const others = takes.filter((take) => !canBeCompared(take));
  if (!others.length)
    return `Up to four are shown side by side: take out ${takes.length - SIDE_BY_SIDE} to compare the rest.`;
  const words = inWords(byKind(others).map(({ kind }) => kindOf(kind).plural));
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)} can't be compared side by side.`;
}

/** As in "videos, images and sounds". */
function inWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
}
