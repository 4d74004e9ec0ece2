import { useEffect, useRef, useState } from "preact/hooks";
import { timecode } from "../../format";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { useId } from "../../view/use-id";
import { usePicture } from "../../view/usePicture";
import { PosterActions } from "../culling/PosterActions";
import { Verdict } from "../culling/Verdict";
import { draggedTake } from "../model/drag";
import { toggleSelected } from "../model/selecting";
import type { Session } from "../model/session";
import { openTake } from "../model/takes";
import { Remarks } from "./Remarks";
import { unlessRushing } from "./rushing";
import { SelectToggle } from "./SelectToggle";

export interface PosterProps {
  session: Session;
  take: Take;
  open: boolean;
  /** Came in while another was playing. */
  unseen: boolean;
  tabStop: boolean;
  onFocus: () => void;
  /** Blob URL of its file, while it is to be seen moving. */
  glimpse?: string | undefined;
}

/** One take on the wall. Its picture is asked for when it comes near the screen and does not rush by. */
export function Poster({ session, take, open, unseen, tabStop, onFocus, glimpse }: PosterProps) {
  const button = useRef<HTMLButtonElement>(null);
  const caption = useId();
  const { selected } = useStore(session.state);
  const index = selected.indexOf(take.id);
  const [near, setNear] = useState(false);
  const pictured = take.kind === "video" || take.kind === "image";
  const picture = usePicture(session.posters, pictured ? take.id : null, near);
  useEffect(() => {
    const element = button.current;
    if (!element) return;
    let callOff = () => {};
    // The second margin is that of the wall, which scrolls by itself; browsers without it ask a little later.
    const margins = { rootMargin: "100px", scrollMargin: "100px" };
    const observer = new IntersectionObserver((entries) => {
      callOff();
      if (!entries.at(-1)?.isIntersecting) return;
      callOff = unlessRushing(() => {
        setNear(true);
        observer.disconnect();
      });
    }, margins);
    observer.observe(element);
    return () => {
      callOff();
      observer.disconnect();
    };
  }, []);
  const select = () => toggleSelected(session, take.id);
  const toggles = (event: KeyboardEvent) => event.key === " ";
  return (
    <div class="rk-poster" data-selected={index >= 0} data-verdict={take.verdict}>
      <button
        type="button"
        ref={button}
        class="rk-take"
        aria-current={open && selected.length < 2}
        aria-keyshortcuts="Space 1 2 3 P X N"
        tabIndex={tabStop ? 0 : -1}
        onFocus={onFocus}
        onClick={(event) =>
          event.ctrlKey || event.metaKey || event.shiftKey ? select() : openTake(session, take)
        }
        onKeyDown={(event) => {
          if (!toggles(event)) return;
          event.preventDefault();
          if (!event.repeat) select();
        }}
        // Firefox presses a button when Space is let go.
        onKeyUp={(event) => toggles(event) && event.preventDefault()}
        {...draggedTake(take)}
      >
        <span class="rk-take-picture">
          {picture ? <img src={picture} alt="" draggable={false} decoding="async" /> : null}
          {glimpse ? <video src={glimpse} muted loop autoplay playsInline disablePictureInPicture /> : null}
          {pictured ? null : <Icon name={take.kind === "audio" ? "sound" : "image"} />}
          {take.pinned ? (
            <span class="rk-take-pin">
              <Icon name="pin" />
              <span class="rk-unseen">Pinned </span>
            </span>
          ) : null}
          {take.remarks.length ? <Remarks remarks={take.remarks} /> : null}
          <span class="rk-take-tag">
            <span class="rk-take-title">{take.title}</span>
            <span class="rk-take-facts">
              <Verdict take={take} />
              {take.duration === null ? null : timecode(take.duration)}
            </span>
          </span>
        </span>
        <span
          id={caption}
          class="rk-take-caption"
          title={take.note ? `${take.prompt}\n\n${take.note}` : take.prompt}
        >
          {unseen ? <b class="rk-new">New </b> : null}
          {take.prompt || take.file}
        </span>
      </button>
      <SelectToggle
        index={index}
        shown={selected.length > 0}
        tabStop={tabStop}
        describedBy={caption}
        onFocus={onFocus}
        onToggle={select}
      />
      <PosterActions session={session} take={take} />
    </div>
  );
}
