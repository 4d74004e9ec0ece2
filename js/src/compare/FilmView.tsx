import { useLayoutEffect, useState } from "preact/hooks";
import { kindOf } from "../kernel/kind-of";
import type { Take } from "../kernel/protocol";
import { useStore } from "../store";
import type { Session } from "../studio/model/session";
import { useWhyNot } from "../view/policy";
import { usePicture } from "../view/usePicture";
import type { Deck } from "./deck";
import { useFile } from "./useFile";

export interface FilmViewProps {
  session: Session;
  take: Take;
  deck: Deck;
  heard: boolean;
}

/** A take's picture without controls of its own: the deck plays it. An image is just shown. */
export function FilmView({ session, take, deck, heard }: FilmViewProps) {
  const poster = usePicture(session.posters, take.id);
  const [file, again] = useFile(session.media, take.id);
  const [broken, setBroken] = useState(false);
  const whyNot = useWhyNot();
  const held = useStore(deck.state).held.includes(take.id);
  const moves = kindOf(take.kind).has_frames;
  useLayoutEffect(() => (moves ? deck.expect(take.id) : undefined), [deck, take.id, moves]);
  useLayoutEffect(() => {
    if (broken || file.error !== undefined) deck.fail(take.id);
  }, [deck, take.id, broken, file.error]);

  if (broken)
    return (
      <Words bold={whyNot.bold} small={`${whyNot.small} ${take.file}`} poster={poster ?? undefined}>
        {file.url ? (
          <a class="rk-button" href={file.url} download={take.file}>
            Download
          </a>
        ) : null}
      </Words>
    );
  if (file.error !== undefined)
    return (
      <Words bold="The file could not be fetched." small={file.error}>
        <button type="button" class="rk-button" onClick={again}>
          Try again
        </button>
      </Words>
    );
  const menu = { "data-jp-suppress-context-menu": "true" };
  return (
    <div class="rk-film" aria-busy={file.url === undefined}>
      {file.url === undefined ? (
        <>
          {poster ? <img src={poster} alt="" /> : null}
          <span class="rk-screen-badge">Fetching the file</span>
        </>
      ) : moves ? (
        <video
          src={file.url}
          poster={poster ?? undefined}
          preload="auto"
          playsInline
          muted={!heard}
          aria-label={`Video: ${take.prompt}`}
          onLoadedData={(event) => deck.join(take.id, event.currentTarget, take.fps)}
          onError={() => setBroken(true)}
          onClick={() => (deck.state.get().playing ? deck.pause() : deck.play())}
          {...menu}
        />
      ) : (
        <img src={file.url} alt={take.prompt} onError={() => setBroken(true)} {...menu} />
      )}
      {held ? <span class="rk-screen-badge">Ended, its last frame</span> : null}
    </div>
  );
}

function Words(props: {
  bold: string;
  small?: string;
  poster?: string | undefined;
  children?: preact.ComponentChildren;
}) {
  return (
    <div class="rk-film rk-screen-words rk-small">
      {props.poster ? <img src={props.poster} alt="" /> : null}
      <b>{props.bold}</b>
      {props.small}
      {props.children}
    </div>
  );
}
