import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Take } from "../protocol";
import { useStore } from "../store";
import { Icon } from "../view/Icon";
import { usePicture } from "../view/usePicture";
import { timecode } from "../words";
import { SelectToggle } from "./SelectToggle";
import { toggleSelected } from "./selecting";
import type { Session } from "./session";
import { openTake } from "./takes";

export interface PosterProps {
  session: Session;
  take: Take;
  open: boolean;
  /** Came in while another was playing. */
  unseen: boolean;
  tabStop: boolean;
  onFocus: () => void;
}

/** One take in the strip. Its picture is asked for when it first comes near the screen. */
export function Poster({ session, take, open, unseen, tabStop, onFocus }: PosterProps) {
  const button = useRef<HTMLButtonElement>(null);
  const caption = useId();
  const { selected } = useStore(session.state);
  const place = selected.indexOf(take.id);
  const [near, setNear] = useState(false);
  const pictured = take.kind === "video" || take.kind === "image";
  const picture = usePicture(session.posters, pictured ? take.id : null, near);
  useEffect(() => {
    const element = button.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: "100px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const select = () => toggleSelected(session, take.id);
  const toggles = (event: KeyboardEvent) => event.key === " ";
  return (
    <div class="rk-poster" data-selected={place >= 0}>
      <button
        type="button"
        ref={button}
        class="rk-take"
        aria-current={open && selected.length < 2}
        aria-keyshortcuts="Space"
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
      >
        <span class="rk-take-picture">
          {picture ? <img src={picture} alt="" draggable={false} /> : null}
          {pictured ? null : <Icon name={take.kind === "audio" ? "sound" : "image"} />}
          {take.starred ? (
            <span class="rk-take-star">
              <Icon name="star" />
              <span class="rk-unseen">Starred </span>
            </span>
          ) : null}
          <span class="rk-take-tag">
            <span class="rk-take-title">{take.title}</span>
            {take.duration === null ? null : <span>{timecode(take.duration)}</span>}
          </span>
        </span>
        <span id={caption} class="rk-take-caption" title={take.prompt}>
          {unseen ? <b class="rk-new">New </b> : null}
          {take.prompt || take.file}
        </span>
      </button>
      <SelectToggle
        place={place}
        shown={selected.length > 0}
        tabStop={tabStop}
        describedBy={caption}
        onFocus={onFocus}
        onToggle={select}
      />
    </div>
  );
}
