import { useEffect, useState } from "preact/hooks";
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
