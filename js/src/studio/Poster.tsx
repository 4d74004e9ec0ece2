import { useEffect, useRef, useState } from "preact/hooks";
import type { Take } from "../protocol";
import { Icon } from "../view/Icon";
import { usePicture } from "../view/usePicture";
import { timecode } from "../words";
import { draggedTake } from "./drag";
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
  return (
    <button
      type="button"
      ref={button}
      class="rk-take"
      aria-current={open}
      tabIndex={tabStop ? 0 : -1}
      onFocus={onFocus}
      onClick={() => openTake(session, take)}
      {...draggedTake(take)}
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
      <span class="rk-take-caption" title={take.prompt}>
        {unseen ? <b class="rk-new">New </b> : null}
        {take.prompt || take.file}
      </span>
    </button>
  );
}
