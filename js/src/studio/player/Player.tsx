import { useEffect } from "preact/hooks";
import { useFile } from "../../compare/useFile";
import { duration, fileSize, moment, NBSP, pixels } from "../../format";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { Sentence } from "../../view/Sentence";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";
import { Details } from "./Details";
import { Opinion } from "./Opinion";
import { Screen } from "./Screen";
import { TakeActions } from "./TakeActions";

/** The take that is looked at: its file, and under it what it is and where it came from. */
export function Player({ session, take }: { session: Session; take: Take }) {
  const { open } = useStore(session.state);
  const poster = usePicture(session.posters, take.kind === "video" ? take.id : null);
  const [media, again] = useFile(session.media, take.id);

  const watched = (playing: boolean) => {
    if (playing) session.state.set({ playing: take.id });
    else if (session.state.get().playing === take.id) session.state.set({ playing: null });
  };

  useEffect(() => {
    if (media.error !== undefined) watched(false);
    return () => watched(false);
  }, [session, take.id, media.error]);

  const ratio = take.width && take.height ? take.width / take.height : undefined;
  return (
    <article class="rk-section rk-player" aria-label="Player">
      <div
        class={`rk-stage-box${take.kind === "audio" ? " rk-stage-sound" : ""}`}
        style={{ "--rk-ratio": ratio }}
      >
        <Screen
          take={take}
          url={media.url}
          error={media.error}
          poster={poster ?? undefined}
          play={open?.take === take.id && open.press}
          muted={open?.take === take.id && Boolean(open.muted)}
          once={open?.take === take.id && Boolean(open.once)}
          onPlaying={watched}
          onRetry={again}
        />
      </div>
      <div class="rk-stage-foot rk-player-words">
        <div class="rk-player-facts">
          <div class="rk-player-prompt">{take.prompt}</div>
          <div class="rk-small rk-dim">{facts(take).join(" · ")}</div>
          {take.kind === "other"
            ? null
            : take.remarks.map((remark) => (
                <div key={remark} class="rk-small rk-remark">
                  <Icon name="warning" />
                  <Sentence text={remark} />
                </div>
              ))}
          {take.kept_already ? (
            <div class="rk-small rk-dim">From an earlier run; not charged again.</div>
          ) : null}
          <Opinion session={session} take={take} />
        </div>
        <TakeActions session={session} take={take} url={media.url} />
        <Details session={session} take={take} />
      </div>
    </article>
  );
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
