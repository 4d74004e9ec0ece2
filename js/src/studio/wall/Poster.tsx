import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { timecode } from "../../format";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { memo } from "../../view/memo";
import { useId } from "../../view/use-id";
import { PosterActions } from "../culling/PosterActions";
import { Verdict } from "../culling/Verdict";
import { added, withLate } from "../late/late";
import { draggedTake } from "../model/drag";
import type { Session } from "../model/session";
import { openTake } from "../model/takes";
import { Frames } from "../poster/Frames";
import { SelectToggle } from "../poster/SelectToggle";
import { useNear } from "../poster/useNear";
import { useScrub } from "../poster/useScrub";
import { useSprite } from "../sprite";
import { byOther } from "../team/who";

const Marks = added((parts) => parts.Marks);

/** Pixels of width below which there is no room for three frames. */
const SMALL = 140;

export interface PosterProps {
  session: Session;
  take: Take;
  open: boolean;
  /** Came in while another was playing. */
  unseen: boolean;
  tabStop: boolean;
  onFocus?: () => void;
  /** What is read of it below the picture; none where what stands around it says it. */
  caption?: ComponentChildren;
  /** What a screen reader says of it first, such as its place in a grid. */
  name?: string;
}

/** One take, to be told apart, looked through, opened and selected. Its pictures are asked for when it comes near. */
export const Poster = memo(function Poster(props: PosterProps) {
  const { session, take, open, unseen, tabStop, onFocus, caption, name } = props;
  const button = useRef<HTMLButtonElement>(null);
  const words = useId();
  const { selected } = useStore(session.state);
  const index = selected.indexOf(take.id);
  const width = useNear(button);
  const near = width !== null;
  const sprite = useSprite(session, take, near);
  const scrub = useScrub(sprite);
  const { has_frames, noun } = kindOf(take.kind);
  const select = (event: MouseEvent | KeyboardEvent) =>
    withLate(session, (parts) => parts.select(session, take, event));
  const by = byOther(take);
  const toggles = (event: KeyboardEvent) => event.key === " ";
  return (
    <div class="rk-poster" data-selected={index >= 0} data-verdict={take.verdict}>
      <button
        type="button"
        ref={button}
        class="rk-take"
        aria-current={open && selected.length < 2}
        aria-keyshortcuts={`Space 1 2 3 P X N${sprite ? " , ." : ""}`}
        title={take.note ? `${take.prompt}\n\n${take.note}` : take.prompt}
        tabIndex={tabStop ? 0 : -1}
        onFocus={onFocus}
        onBlur={scrub.leave}
        onClick={(event) => {
          if (scrub.wasDrag()) return;
          if (event.ctrlKey || event.metaKey || event.shiftKey) select(event);
          else openTake(session, take);
        }}
        onKeyDown={(event) => {
          if (toggles(event)) {
            if (!event.repeat) select(event);
          } else if (!scrub.key(event)) return;
          event.preventDefault();
        }}
        // Firefox presses a button when Space is let go.
        onKeyUp={(event) => toggles(event) && event.preventDefault()}
        {...draggedTake(take)}
      >
        <span class="rk-take-picture" {...scrub.pointer}>
          <Frames
            session={session}
            take={take}
            sprite={sprite}
            near={near}
            small={(width ?? SMALL) < SMALL}
            part={scrub.part}
          />
          {take.pinned ? (
            <span class="rk-take-pin">
              <Icon name="pin" />
              <span class="rk-unseen">Pinned </span>
            </span>
          ) : null}
          <Marks session={session} take={take} />
          <span class="rk-take-facts">
            <Verdict take={take} />
            {take.others.length ? (
              <span>
                <Icon name="stack" />
                {take.others.length + 1}
                <span class="rk-unseen"> files </span>
              </span>
            ) : null}
            {take.duration === null ? null : timecode(take.duration)}
          </span>
          {by ? (
            <span class="rk-take-by" aria-hidden="true">
              {by}
            </span>
          ) : null}
          {unseen ? <span class="rk-take-new" aria-hidden="true" /> : null}
        </span>
        <span id={words} class="rk-unseen">
          {unseen ? "New " : null}
          {name ? `${name} ` : null}
          {take.prompt || take.file}
          {/* What is not a video says so: its picture does not, to who does not see it. */}
          {has_frames ? null : `, ${noun}`}
          {by ? `, by ${by}` : null}
        </span>
        {caption ? (
          <span class="rk-take-caption" aria-hidden="true">
            {caption}
          </span>
        ) : null}
      </button>
      <SelectToggle
        index={index}
        shown={selected.length > 0}
        tabStop={tabStop}
        describedBy={words}
        onFocus={onFocus ?? (() => {})}
        onToggle={select}
      />
      <PosterActions session={session} take={take} />
    </div>
  );
});
