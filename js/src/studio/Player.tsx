import { useEffect, useState } from "preact/hooks";
import type { Take } from "../protocol";
import { useStore } from "../store";
import { usePicture } from "../view/usePicture";
import { duration, fileSize, moment, NBSP, pixels, reason } from "../words";
import { Details } from "./Details";
import { Screen } from "./Screen";
import type { Session } from "./session";
import { TakeActions } from "./TakeActions";
import { Opinion } from "./wall/Opinion";

/** The take that is looked at: its file, and under it what it is and where it came from. */
export function Player({ session, take }: { session: Session; take: Take }) {
  const { open } = useStore(session.state);
  const poster = usePicture(session.posters, take.kind === "video" ? take.id : null);
  const [media, setMedia] = useState<{ url?: string; error?: string }>(() =>
    withUrl(session.media.peek(take.id)),
  );
  const [attempt, setAttempt] = useState(0);

  const watched = (playing: boolean) => {
    if (playing) session.state.set({ playing: take.id });
    else if (session.state.get().playing === take.id) session.state.set({ playing: null });
  };

  useEffect(() => {
    let here = true;
    session.media.fetch(take.id).then(
      (url) => here && setMedia({ url }),
      (error) => {
        if (!here) return;
        setMedia({ error: reason(error) });
        watched(false);
      },
    );
    return () => {
      here = false;
      watched(false);
    };
  }, [session, take.id, attempt]);

  const ratio = take.width && take.height ? take.width / take.height : take.kind === "audio" ? null : 16 / 9;
  return (
    <article
      class={`rk-section rk-player${ratio !== null && ratio < 1 ? " rk-player-tall" : ""}`}
      style={ratio === null ? undefined : { "--rk-ratio": String(ratio) }}
      aria-label="Player"
    >
      <Screen
        take={take}
        url={media.url}
        error={media.error}
        poster={poster ?? undefined}
        play={open?.take === take.id && open.press}
        onPlaying={watched}
        onRetry={() => {
          setMedia({});
          setAttempt(attempt + 1);
        }}
      />
      <div class="rk-player-words">
        <div class="rk-player-facts">
          <div class="rk-player-prompt">{take.prompt}</div>
          <div class="rk-small rk-dim">{facts(take).join(" · ")}</div>
          {take.kept_already ? (
            <div class="rk-small rk-dim">Kept from an earlier run. Nothing was charged.</div>
          ) : null}
          <Opinion session={session} take={take} />
        </div>
        <TakeActions session={session} take={take} url={media.url} />
        <Details session={session} take={take} />
      </div>
    </article>
  );
}

function withUrl(url: string | undefined): { url?: string } {
  return url ? { url } : {};
}

function facts(take: Take): string[] {
  const made = `made ${moment(take.created)}${take.took === null ? "" : ` in ${duration(take.took)}`}`;
  return [
    take.title,
    take.duration === null ? "" : `${Number(take.duration.toFixed(1))}${NBSP}s`,
    take.width && take.height ? pixels(take.width, take.height) : "",
    fileSize(take.bytes),
    made,
    take.file,
  ].filter(Boolean);
}
