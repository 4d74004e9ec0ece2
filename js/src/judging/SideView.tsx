import { useLayoutEffect, useState } from "preact/hooks";
import type { Deck } from "../compare/deck";
import type { Pair, Side } from "../kernel/protocol";
import { Icon } from "../view/Icon";
import { useWhyNot } from "../view/policy";
import { usePicture } from "../view/usePicture";
import type { Judging } from "./judging";
import type { Tape } from "./tape";
import { useSideFile } from "./useSideFile";

export interface SideViewProps {
  judging: Judging;
  pair: Pair;
  side: Side;
  /** 1 for the left one, 2 for the right one: all that it is called. */
  number: 1 | 2;
  deck: Deck;
  tape: Tape;
  heard: boolean;
  /** What became of it a moment ago. */
  fate: "won" | "lost" | "tied" | null;
}

/** One of two takes, without anything that says which it is. */
export function SideView(props: SideViewProps) {
  const { judging, pair, side, number, deck, tape, heard, fate } = props;
  const name = `${number === 1 ? "left" : "right"}`;
  const poster = usePicture(judging.posters, side.take);
  const file = useSideFile(judging, pair, side);
  const [broken, setBroken] = useState(false);
  const whyNot = useWhyNot();
  const moves = side.kind === "video";
  useLayoutEffect(() => (moves ? deck.expect(name) : undefined), [deck, name, moves]);
  useLayoutEffect(() => {
    if (broken || file.error !== undefined) deck.fail(name);
  }, [deck, name, broken, file.error]);

  const still = poster ? <img class="rk-judge-still" src={poster} alt="" draggable={false} /> : null;
  const menu = { "data-jp-suppress-context-menu": "true" };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a figure of two words is none
    <div
      class="rk-judge-side"
      role="group"
      aria-label={String(number)}
      data-fate={fate}
      aria-busy={!file.url}
    >
      {broken || file.error !== undefined ? (
        <div class="rk-judge-words rk-small">
          <b>{broken ? whyNot.bold : "The file could not be fetched."}</b>
          <span>{broken ? "Skip this pair." : file.error}</span>
          {broken ? null : (
            <button type="button" class="rk-button" onClick={file.again}>
              Try again
            </button>
          )}
        </div>
      ) : side.kind === "audio" ? (
        <Sound {...{ tape, number, url: file.url }} still={still} onBroken={() => setBroken(true)} />
      ) : file.url === undefined ? (
        still
      ) : moves ? (
        <video
          src={file.url}
          poster={poster ?? undefined}
          preload="auto"
          playsInline
          muted={!heard}
          aria-label={`Video ${number}`}
          onLoadedData={(event) => deck.join(name, event.currentTarget, side.fps)}
          onError={() => setBroken(true)}
          {...menu}
        />
      ) : (
        <img
          class="rk-judge-still"
          src={file.url}
          alt={`${number}`}
          draggable={false}
          onError={() => setBroken(true)}
          {...menu}
        />
      )}
      <span class="rk-number" aria-hidden="true">
        {number}
      </span>
      {fate === "won" ? (
        <span class="rk-judge-won" aria-hidden="true">
          <Icon name="check" />
        </span>
      ) : null}
    </div>
  );
}

/** A sound: its waveform, which is pressed to hear it alone. */
function Sound(props: {
  tape: Tape;
  number: 1 | 2;
  url: string | undefined;
  still: preact.ComponentChildren;
  onBroken: () => void;
}) {
  const { tape, number, url } = props;
  return (
    <button
      type="button"
      class="rk-judge-sound"
      aria-label={`Hear ${number}`}
      onClick={() => tape.playOnly(number)}
    >
      {props.still ?? <Icon name="sound" />}
      <span class="rk-judge-head" data-head={number} aria-hidden="true" />
      {url ? (
        // biome-ignore lint/a11y/useMediaCaption: made by a model, there are no captions
        <audio src={url} preload="auto" ref={(audio) => tape.join(number, audio)} onError={props.onBroken} />
      ) : null}
    </button>
  );
}
