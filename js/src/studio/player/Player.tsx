import { useEffect, useMemo, useState } from "preact/hooks";
import { Modes } from "../../compare/Modes";
import { useFile } from "../../compare/useFile";
import { NBSP, pixels } from "../../format";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { fileKey, filesOf, withFile } from "../../kernel/take-files";
import { useStore } from "../../store";
import { Icon } from "../../view/Icon";
import { Sentence } from "../../view/Sentence";
import { useId } from "../../view/use-id";
import { usePicture } from "../../view/usePicture";
import { FamilyButton } from "../family/FamilyButton";
import { recall } from "../loading/loading";
import { draggedTake } from "../model/drag";
import type { Session } from "../model/session";
import { tile, useSprite } from "../sprite";
import { StageBox } from "../stage/StageBox";
import { TeamLine, TeamRating } from "../team/OnStage";
import { byOther } from "../team/who";
import { Boxed } from "./Boxed";
import { BoxTable } from "./BoxTable";
import { Details } from "./Details";
import { Files } from "./Files";
import { Filmstrip } from "./Filmstrip";
import { Note } from "./Opinion";
import { Screen } from "./Screen";
import { SoundPanel } from "./SoundPanel";
import { TakeActions } from "./TakeActions";
import { useBoxes } from "./useBoxes";
import { useStanding } from "./useStanding";

/** The take that is looked at: its file, and under it what it is and what can be done with it. */
export function Player({ session, take }: { session: Session; take: Take }) {
  const { open, liveness } = useStore(session.state);
  const pressed = open?.take === take.id ? open : null;
  const files = filesOf(take);
  const file = Math.min(pressed?.file ?? 0, files.length - 1);
  const shown = useMemo(() => withFile(take, file), [take, file]);
  const key = fileKey(take.id, file);
  const kind = kindOf(shown.kind);
  const poster = usePicture(session.posters, kind.has_poster ? key : null);
  const [media, again] = useFile(session.media, key);
  const ofFirst = useSprite(session, take, file === 0);
  const sprite = file === 0 ? ofFirst : undefined;
  const boxes = useBoxes(session, take.id, kind.has_boxes);
  const [marked, setMarked] = useState<number | null>(null);
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const at = useStanding(session, video, shown.fps);
  const [standIn, setStandIn] = useState<number | null>(null);
  /** Null until it was unfolded once. */
  const [unfolded, setUnfolded] = useState<boolean | null>(null);
  const [under, setUnder] = useState(false);
  const id = useId();
  useEffect(() => {
    setMarked(null);
    setUnder(false);
  }, [key]);

  const found = boxes !== null && typeof boxes !== "string" ? boxes : null;
  const marking = { marked, onMark: setMarked };
  return (
    <article class="rk-section rk-player" aria-label="Player" data-take={take.id}>
      <div class={`rk-look${kind.has_boxes ? " rk-look-boxes" : ""}`}>
        <StageBox tall={(shown.width ?? 0) < (shown.height ?? 0)}>
          <Screen
            key={key}
            take={shown}
            url={media.url}
            error={media.error}
            poster={poster ?? undefined}
            boxed={
              found ? (
                <Boxed take={take} boxes={found} {...marking} />
              ) : kind.has_boxes && poster ? (
                <div class="rk-boxed">
                  <img class="rk-screen" src={poster} alt={take.prompt} />
                </div>
              ) : null
            }
            dragged={draggedTake(take, file)}
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
        {found ? <BoxTable {...{ session, take }} boxes={found} {...marking} /> : null}
      </div>
      <div class="rk-stage-foot">
        {typeof boxes === "string" ? <div class="rk-small rk-problem">{boxes}</div> : null}
        {kind.has_frames ? (
          <Filmstrip take={shown} {...{ video, sprite, at }} onStandIn={setStandIn} />
        ) : null}
        {files.length > 1 ? <Files {...{ session, take, file }} /> : null}
        <div class="rk-player-head">
          <div
            class={`rk-player-prompt${unfolded ? "" : " rk-cut"}`}
            title={unfolded ? undefined : take.prompt}
          >
            {take.prompt}
          </div>
          <div class="rk-small rk-dim rk-player-about">
            {about(shown).join(" · ")}
            <TeamRating take={take} />
          </div>
        </div>
        <TakeActions
          {...{ session, take: shown, file, at }}
          under={{
            open: under,
            id: `${id}under`,
            toggle: () => setUnder(!under),
          }}
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
        {under ? (
          <SoundPanel {...{ session, take: shown }} id={`${id}under`} onClose={() => setUnder(false)} />
        ) : null}
        <div class="rk-player-end">
          <Modes session={session}>
            <FamilyButton take={take} />
          </Modes>
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
        <TeamLine session={session} take={take} />
        {/* A file that has no picture says them in its place. */}
        {kind.has_poster
          ? take.remarks.map((remark) => (
              <div key={remark} class="rk-small rk-remark">
                <Icon name="warning" />
                <Sentence text={remark} />
              </div>
            ))
          : null}
        <div id={`${id}details`} hidden={!unfolded}>
          {unfolded === null ? null : (
            <Details {...{ session, take: shown, file }} url={media.url} open={unfolded} />
          )}
        </div>
      </div>
    </article>
  );
}

function about(take: Take): string[] {
  return [
    take.title,
    take.duration === null ? "" : `${Number(take.duration.toFixed(1))}${NBSP}s`,
    take.width && take.height ? pixels(take.width, take.height) : "",
    byOther(take) && `by ${byOther(take)}`,
    take.kept_already ? "not charged again" : "",
  ].filter(Boolean);
}
