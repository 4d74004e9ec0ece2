import { exactTime, timecode } from "../format";
import { useStore } from "../store";
import { Icon } from "../view/Icon";
import type { Deck } from "./deck";
import { frameNumber } from "./film";

/** One timeline for all the films of a deck. */
export function Timeline({ deck }: { deck: Deck }) {
  const { playing, waiting, length, fps } = useStore(deck.state);
  const { time } = useStore(deck.clock);
  const at = exactTime(time);
  const frame = frameNumber(time, fps) + 1;
  const press = (
    words: string,
    icon: "play" | "pause" | "back" | "forward",
    title: string,
    action: () => void,
  ) => (
    <button type="button" class="rk-button rk-deck-button" title={title} aria-label={words} onClick={action}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="rk-timeline">
      {playing
        ? press("Pause", "pause", "Pause (Space)", deck.pause)
        : press("Play", "play", "Play (Space)", deck.play)}
      {press("One frame back", "back", "One frame back (←)", () => deck.step(-1))}
      {press("One frame on", "forward", "One frame on (→)", () => deck.step(1))}
      <input
        type="range"
        class="rk-time"
        aria-label="Time"
        aria-valuetext={`${at} of ${timecode(length)}, frame ${frame}`}
        min={0}
        max={length || 1}
        step="any"
        value={time}
        onInput={(event) => deck.seek(event.currentTarget.valueAsNumber)}
      />
      <span class="rk-small rk-dim rk-timecode">
        {playing && waiting ? "Loading" : `${at} / ${timecode(length)} · frame ${frame}`}
      </span>
    </div>
  );
}
