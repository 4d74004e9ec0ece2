import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { createDeck, type Deck } from "../compare/deck";
import { isCalm } from "../hooks/motion";
import type { Pair } from "../kernel/protocol";
import { useStore } from "../store";
import type { Judging } from "./judging";
import { SideView } from "./SideView";
import { createTape, type Tape } from "./tape";

/** What plays the pair that is looked at. */
export interface Playing {
  deck: Deck;
  tape: Tape;
}

/** Two takes. One that is loaded ahead lies under the one that is looked at, and is there as soon as that goes. */
export function PairView(props: {
  judging: Judging;
  pair: Pair;
  /** It is the one that is looked at. */
  front: boolean;
  onPlaying: (playing: Playing) => void;
}) {
  const { judging, pair, front, onPlaying } = props;
  const { chosen, heard } = useStore(judging.state);
  const [playing] = useState<Playing>(() => ({ deck: createDeck(), tape: createTape() }));
  const { deck, tape } = playing;
  const sounds = pair.left.kind === "audio";
  useEffect(
    () => () => {
      deck.close();
      tape.close();
    },
    [playing],
  );
  useLayoutEffect(() => deck.hear(heard), [deck, heard]);
  useLayoutEffect(() => {
    if (!front) {
      deck.pause();
      tape.pause();
      return;
    }
    onPlaying(playing);
    if (isCalm()) return;
    if (sounds) tape.play();
    else if (pair.left.kind === "video") deck.play();
  }, [front]);
  const said = front ? chosen : null;
  const fate = (side: "left" | "right") =>
    said === null || said === "skip" ? null : said === "tie" ? "tied" : said === side ? "won" : "lost";
  return (
    <div class="rk-judge-pair" inert={!front} data-front={front}>
      {([1, 2] as const).map((number) => {
        const name = number === 1 ? "left" : "right";
        return (
          <SideView
            key={number}
            {...{ judging, pair, number, deck, tape }}
            side={pair[name]}
            heard={front && heard === name}
            fate={fate(name)}
          />
        );
      })}
    </div>
  );
}
