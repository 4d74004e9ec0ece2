import { useEffect, useState } from "preact/hooks";
import { isModified } from "../hooks/keys";
import type { Session } from "../studio/model/session";
import { createDeck, type Deck } from "./deck";

/**
 * A deck that ends with the component. With a session it is the stage's, and begins where the film was that stood there
 * before.
 */
export function useDeck(session?: Session): Deck {
  const [deck] = useState(() => {
    const from = session?.from;
    if (session) session.from = null;
    return createDeck(from ?? undefined);
  });
  useEffect(() => {
    const clock = () => ({ time: deck.clock.get().time, playing: deck.state.get().playing });
    if (session) session.clock = clock;
    return () => {
      if (session?.clock === clock) session.clock = null;
      deck.close();
    };
  }, [deck]);
  return deck;
}

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
