import { useStore } from "../store";
import { Icon } from "../view/Icon";
import type { Playing } from "./PairView";

/** Plays what is looked at, or stops it. */
export function PlayButton({ deck, tape, sounds }: Playing & { sounds: boolean }) {
  const films = useStore(deck.state).playing;
  const heard = useStore(tape.state).playing !== null;
  const playing = sounds ? heard : films;
  const toggle = () => {
    if (sounds) playing ? tape.pause() : tape.play();
    else playing ? deck.pause() : deck.play();
  };
  return (
    <button type="button" class="rk-button rk-judge-play" aria-keyshortcuts="Space" onClick={toggle}>
      <Icon name={playing ? "pause" : "play"} />
      {playing ? "Pause" : "Play"} <kbd class="rk-judge-key">Space</kbd>
    </button>
  );
}
