import { isModified } from "../hooks/keys";
import type { Deck } from "./deck";

/** What the keys do where films are played in step; true where the key was one of them. */
export function deckKey(deck: Deck, event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (isModified(event) || target.matches("input:not([type=range])")) return false;
  if (event.key === " ") {
    // On a button, Space presses it.
    if (target.closest("button, a")) return false;
    if (deck.state.get().playing) deck.pause();
    else deck.play();
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight")
    deck.step((event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 1));
  else return false;
  event.preventDefault();
  return true;
}
