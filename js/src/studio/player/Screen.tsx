import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { fileSize } from "../../format";
import { useAnswer } from "../../hooks/effects";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { Code } from "../../view/Code";
import { useWhyNot } from "../../view/policy";
import type { draggedTake } from "../model/drag";
import { usePlayedOnce } from "../stage/usePlayedOnce";
import { Sound } from "./Sound";

export interface ScreenProps {
  take: Take;
  /** Blob URL of the file once it is here. */
  url: string | undefined;
  /** Why it cannot be had. */
  error: string | undefined;
  poster: string | undefined;
  /** Start at once: a person asked for this take. */
  play: boolean;
  /** It is shown in passing. */
  muted: boolean;
  /** It has just come in: it plays once without its sound, as soon as it is in sight. */
  once: boolean;
  /** What a boxes take has in place of its file; null while that is on its way. */
  boxed?: ComponentChildren;
  /** The film's element, or null where it has gone. */
  onVideo: (video: HTMLVideoElement | null) => void;
  onRetry: () => void;
  /** Lets its picture be dragged. */
  dragged: ReturnType<typeof draggedTake>;
}

const KEPT_AS_FILE = "It's in your library as it arrived. Download it to try another program.";

/** The take's file in the element that fits it, in a place that keeps its shape from the start. */
export function Screen(props: ScreenProps) {
  const { take, url, error } = props;
  const [broken, setBroken] = useState(false);
  const whyNot = useWhyNot();
  const video = useRef<HTMLVideoElement>(null);
  usePlayedOnce(video, props.once && url !== undefined);
  useLayoutEffect(() => {
    props.onVideo(video.current);
    return () => props.onVideo(null);
  }, [take.id, url, error, broken]);
  const fail = () => setBroken(true);
  const { plays, has_frames: film, is_image: pictured } = kindOf(take.kind);
  if (broken)
    return (
      <>
        {props.poster ? <img class="rk-screen" src={props.poster} alt={take.prompt} /> : null}
        <Unplayed take={take} url={url} {...whyNot} />
      </>
    );
  if (error !== undefined)
    return (
      <div class="rk-screen-words">
        <b>The file could not be fetched.</b>
        <span class="rk-small">{error}</span>
        <button type="button" class="rk-button" onClick={props.onRetry}>
          Try again
        </button>
      </div>
    );
  if (plays && !film)
    return <Sound {...{ take, url }} poster={props.poster} play={props.play} onError={fail} />;
  if (props.boxed) return <>{props.boxed}</>;
  if (!url)
    return (
      <>
        {props.poster ? <img class="rk-screen" src={props.poster} alt="" /> : null}
        <span class="rk-screen-badge" aria-busy="true">
          Fetching the file
        </span>
      </>
    );
  // The host's own context menu hides "Save video as".
  const menu = { "data-jp-suppress-context-menu": "true" };
  if (pictured && !film)
    return <img class="rk-screen" src={url} alt={take.prompt} onError={fail} {...menu} {...props.dragged} />;
  if (!plays)
    return <Unplayed take={take} url={url} bold="This file can't be shown here." small={KEPT_AS_FILE} />;
  return (
    <video
      class="rk-screen"
      src={url}
      poster={props.poster}
      ref={video}
      controls
      loop={!props.once}
      playsInline
      // It is all here already: the first frame and not a spinner.
      preload="auto"
      autoplay={props.play}
      muted={props.once || props.muted}
      aria-label={`Video: ${take.prompt}`}
      onError={fail}
      {...menu}
    />
  );
}

/** Characters of a text that are shown. */
const LONGEST = 20_000;
/** Safe to open in a tab of the host's own origin: nothing in it runs. */
const MEDIA = /^(video|audio)\/|^image\/(png|jpeg|gif|webp|avif)$/;
const TEXT = /^text\/|json|xml|html/;

/** A file that is here and is not played: what it is, why not, and the ways to it. */
function Unplayed(props: { take: Take; url: string | undefined; bold: string; small: string }) {
  const { take, url } = props;
  const [text, setText] = useState("");
  useAnswer(
    // Shown as text and never as a page, whatever it says that it is.
    () => (url && TEXT.test(take.media_type) ? fetch(url).then((file) => file.text()) : undefined),
    [url, take.media_type],
    (read) => setText(read.slice(0, LONGEST)),
  );
  return (
    <div class="rk-screen-words rk-unplayed">
      <b>{props.bold}</b>
      {take.remarks.map((remark) => (
        <span key={remark}>{remark}</span>
      ))}
      <span class="rk-small">{props.small}</span>
      <span class="rk-small rk-dim">
        {take.file} · {take.media_type} · {fileSize(take.bytes)}
      </span>
      {url ? (
        <span class="rk-screen-ways">
          {MEDIA.test(take.media_type) ? (
            <a class="rk-button" href={url} target="_blank" rel="noreferrer">
              Open
            </a>
          ) : null}
          <a class="rk-button" href={url} download={take.file}>
            Download
          </a>
        </span>
      ) : null}
      {text ? <Code label={take.file} text={text} /> : null}
    </div>
  );
}
