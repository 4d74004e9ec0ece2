import { useState } from "preact/hooks";
import type { Take } from "../protocol";

export interface ScreenProps {
  take: Take;
  /** Blob URL of the file once it is here. */
  url: string | undefined;
  /** Why it cannot be had. */
  error: string | undefined;
  poster: string | undefined;
  /** Start at once: a person asked for this take. */
  play: boolean;
  onPlaying: (playing: boolean) => void;
  onRetry: () => void;
}

/** The take's file in the element that fits it, in a place that keeps its shape from the start. */
export function Screen(props: ScreenProps) {
  const { take, url, error } = props;
  const [broken, setBroken] = useState(false);
  const fail = () => {
    setBroken(true);
    props.onPlaying(false);
  };
  if (error !== undefined || broken)
    return (
      <div class="rk-screen rk-screen-words">
        <b>{broken ? "This browser cannot play the file." : "The file could not be fetched."}</b>
        <span class="rk-small">{broken ? "It is kept, and can be saved and played elsewhere." : error}</span>
        {broken ? null : (
          <button type="button" class="rk-button" onClick={props.onRetry}>
            Try again
          </button>
        )}
      </div>
    );
  if (!url)
    return (
      <div class="rk-screen rk-screen-coming" aria-busy="true">
        {props.poster ? <img src={props.poster} alt="" /> : null}
        <span class="rk-screen-badge">Fetching the file</span>
      </div>
    );
  // The host's own context menu hides "Save video as".
  const menu = { "data-jp-suppress-context-menu": "true" };
  if (take.kind === "image") return <img class="rk-screen" src={url} alt={take.prompt} {...menu} />;
  if (take.kind === "audio")
    return (
      // biome-ignore lint/a11y/useMediaCaption: made by a model, there are no captions
      <audio
        class="rk-screen"
        src={url}
        controls
        autoplay={props.play}
        onPlay={() => props.onPlaying(true)}
        onPause={() => props.onPlaying(false)}
        onError={fail}
        aria-label={take.prompt}
      />
    );
  if (take.kind === "other")
    return <div class="rk-screen rk-screen-words">This kind of file is not shown here. It can be saved.</div>;
  return (
    <video
      class="rk-screen"
      src={url}
      poster={props.poster}
      controls
      loop
      playsInline
      // It is all here already: the first frame and not a spinner.
      preload="auto"
      autoplay={props.play}
      aria-label={`Video: ${take.prompt}`}
      onPlay={() => props.onPlaying(true)}
      onPause={() => props.onPlaying(false)}
      onError={fail}
      {...menu}
    />
  );
}
