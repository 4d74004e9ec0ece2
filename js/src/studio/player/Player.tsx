import { useState } from "preact/hooks";
import { Modes } from "../../compare/Modes";
import { useFile } from "../../compare/useFile";
import { NBSP, pixels } from "../../format";
import type { Take } from "../../kernel/protocol";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { Sentence } from "../../view/Sentence";
import { useId } from "../../view/use-id";
import { usePicture } from "../../view/usePicture";
import { recall } from "../loading/loading";
import type { Session } from "../model/session";
import { tile, useSprite } from "../sprite";
import { StageBox } from "../stage/StageBox";
import { Details } from "./Details";
import { Filmstrip } from "./Filmstrip";
import { Note } from "./Opinion";
import { Screen } from "./Screen";
import { TakeActions } from "./TakeActions";
import { useStanding } from "./useStanding";

/** The take that is looked at: its file, and under it what it is and what can be done with it. */
export function Player({ session, take }: { session: Session; take: Take }) {
  const { open, liveness } = useStore(session.state);
  const film = take.kind === "video";
  const poster = usePicture(session.posters, film ? take.id : null);
  const [media, again] = useFile(session.media, take.id);
  const sprite = useSprite(session, take);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const at = useStanding(session, video, take.fps);
  const [standIn, setStandIn] = useState<number | null>(null);
  /** Null until it was unfolded once. */
  const [unfolded, setUnfolded] = useState<boolean | null>(null);
  const id = useId();

  const pressed = open?.take === take.id ? open : null;
  return (
    <article class="rk-section rk-player" aria-label="Player" data-take={take.id}>
      <StageBox tall={(take.width ?? 0) < (take.height ?? 0)} sound={take.kind === "audio"}>
        <Screen
          take={take}
          url={media.url}
          error={media.error}
          poster={poster ?? undefined}
          play={Boolean(pressed?.press)}
          once={Boolean(pressed?.once)}
          muted={Boolean(pressed?.muted)}
          onVideo={setVideo}
          onRetry={again}
        />
        {sprite && standIn !== null ? (
          <div class="rk-stand-in">
            <i style={{ ...tile(sprite, standIn), "--rk-own": sprite.width / sprite.height }} />
          </div>
        ) : null}
      </StageBox>
      <div class="rk-stage-foot">
        {film ? <Filmstrip {...{ take, video, sprite, at }} onStandIn={setStandIn} /> : null}
        <div class="rk-player-head">
          <div
            class={`rk-player-prompt${unfolded ? "" : " rk-cut"}`}
            title={unfolded ? undefined : take.prompt}
          >
            {take.prompt}
          </div>
          <div class="rk-small rk-dim rk-player-about">{about(take).join(" · ")}</div>
        </div>
        <TakeActions
          {...{ session, take, at }}
          more={
            <button
              type="button"
              class="rk-button rk-unfold"
              aria-label="Details and more"
              title="Details, download, copy, pin"
              aria-expanded={unfolded ?? false}
              aria-controls={`${id}details`}
              onClick={() => setUnfolded(!unfolded)}
            >
              ⋯
            </button>
          }
        />
        <div class="rk-player-end">
          <Modes session={session} />
          <Note session={session} take={take} />
          <button
            type="button"
            class="rk-button"
            title="Load this take's prompt, images and settings"
            disabled={liveness === "gone"}
            onClick={() => recall(session, take, { seed: true })}
          >
            Reuse settings
          </button>
        </div>
      </div>
      {take.kind === "other"
        ? null
        : take.remarks.map((remark) => (
            <div key={remark} class="rk-small rk-remark">
              <Icon name="warning" />
              <Sentence text={remark} />
            </div>
          ))}
      <div id={`${id}details`} hidden={!unfolded}>
        {unfolded === null ? null : <Details {...{ session, take }} url={media.url} open={unfolded} />}
      </div>
    </article>
  );
}

function about(take: Take): string[] {
  return [
    take.title,
    take.duration === null ? "" : `${Number(take.duration.toFixed(1))}${NBSP}s`,
    take.width && take.height ? pixels(take.width, take.height) : "",
    take.kept_already ? "not charged again" : "",
  ].filter(Boolean);
}
