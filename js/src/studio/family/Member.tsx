import { useRef } from "preact/hooks";
import { timecode } from "../../format";
import { kindOf } from "../../kernel/kind-of";
import type { FamilyLink, FamilyMember } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";
import { memo } from "../../view/memo";
import { useId } from "../../view/use-id";
import { usePicture } from "../../view/usePicture";
import { Verdict } from "../culling/Verdict";
import type { Session } from "../model/session";
import { SelectToggle } from "../poster/SelectToggle";
import { useNear } from "../poster/useNear";
import { byOther } from "../team/who";
import { whyNotChosen } from "./acting";
import { ChangedWords } from "./ChangedWords";
import { leftOf, type Measures, topOf, wordsLeft } from "./places";

export interface MemberProps {
  session: Session;
  member: FamilyMember;
  /** From what it came from; undefined for a first one. */
  link: FamilyLink | undefined;
  measures: Measures;
  /** It is the take whose family this is. */
  own: boolean;
  looked: boolean;
  /** Among those selected, from 0; -1 where it is none of them. */
  index: number;
  /** Some are selected. */
  choosing: boolean;
  onLook: (take: string) => void;
  onChoose: (member: FamilyMember) => void;
  onOpen: (member: FamilyMember) => void;
}

/** A take in the tree, and before it what changed. Its picture is asked for when it comes near. */
export const Member = memo(function Member(props: MemberProps) {
  const { session, member, link, measures, own, looked, index } = props;
  const { take, title, removed } = member;
  const button = useRef<HTMLButtonElement>(null);
  const words = useId();
  const near = useNear(button) !== null;
  const { has_poster, plays } = kindOf(take.kind);
  const picture = usePicture(session.posters, has_poster && !removed ? take.id : null, near);
  const by = byOther(take);
  const chooses = (event: KeyboardEvent) => event.key === " ";
  return (
    <li
      class="rk-member rk-poster"
      data-verdict={take.verdict}
      style={{
        left: `${leftOf(measures, member)}px`,
        top: `${topOf(measures, member)}px`,
        width: `${measures.picture}px`,
      }}
    >
      {link ? (
        <div
          id={words}
          class="rk-member-words"
          style={{ left: `${wordsLeft(measures)}px`, width: `${measures.words}px` }}
        >
          <ChangedWords link={link} />
        </div>
      ) : null}
      <button
        type="button"
        ref={button}
        class="rk-take"
        data-member={take.id}
        aria-current={looked}
        aria-describedby={link ? words : undefined}
        aria-keyshortcuts="Enter Space"
        title={take.prompt}
        tabIndex={looked ? 0 : -1}
        onFocus={() => props.onLook(take.id)}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) props.onChoose(member);
          else props.onLook(take.id);
        }}
        onDblClick={() => removed || props.onOpen(member)}
        onKeyDown={(event) => {
          if (chooses(event)) {
            if (!event.repeat) props.onChoose(member);
          } else if (event.key === "Enter" && !removed) props.onOpen(member);
          else return;
          event.preventDefault();
        }}
        // Firefox presses a button when Space is let go.
        onKeyUp={(event) => chooses(event) && event.preventDefault()}
      >
        <span class="rk-take-picture">
          {removed ? (
            <span class="rk-small">Files removed</span>
          ) : picture ? (
            <img src={picture} alt="" draggable={false} decoding="async" data-kind={take.kind} />
          ) : picture === null ? null : (
            <Icon name={plays ? "sound" : "image"} />
          )}
          <span class="rk-take-facts">
            <Verdict take={take} />
            {take.duration === null ? null : timecode(take.duration)}
          </span>
          {by ? (
            <span class="rk-take-by" aria-hidden="true">
              {by}
            </span>
          ) : null}
        </span>
        <span class="rk-unseen">
          {title}, {take.prompt || take.file}
          {own ? ", this take" : ""}
          {by ? `, by ${by}` : ""}
        </span>
        <span class="rk-member-title rk-small" aria-hidden="true">
          <b>{title}</b>
          {own ? <span class="rk-dim">this take</span> : null}
        </span>
      </button>
      <SelectToggle
        index={index}
        shown={props.choosing}
        tabStop={looked}
        refusal={whyNotChosen(member)}
        describedBy={words}
        onFocus={() => props.onLook(take.id)}
        onToggle={() => props.onChoose(member)}
      />
    </li>
  );
});
