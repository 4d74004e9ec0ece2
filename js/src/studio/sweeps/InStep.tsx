import { useEffect } from "preact/hooks";
import type { Deck } from "../../compare/deck";
import { Timeline } from "../../compare/Timeline";
import { useDeck } from "../../compare/useDeck";
import type { Session } from "../model/session";

export interface InStepProps {
  session: Session;
  /** There are films among the takes, which need a timeline. */
  moving: boolean;
  /** Told of the deck while there is one. */
  onDeck: (deck: Deck | null) => void;
}

/** What plays a sweep's takes in step, for as long as it is there. */
export function InStep({ moving, onDeck }: InStepProps) {
  const deck = useDeck();
  useEffect(() => {
    onDeck(deck);
    return () => onDeck(null);
  }, [deck]);
  return moving ? <Timeline deck={deck} /> : null;
}
