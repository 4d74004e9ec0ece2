import { useLate } from "../../hooks/effects";
import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";
import type { Sprite } from "../model/sprites";
import { frameAt, tile } from "../sprite";

/** Milliseconds after which the poster stands in for a sprite, which usually is as quick. */
const PATIENCE = 60;
/** The parts of a film at which its poster looks: early, in the middle, late; or at one where it is small. */
const LOOKS = [0.08, 0.5, 0.92];
const LOOK = [0.7];

/** Width to height of a third of a poster: a frame that is slimmer fills its width, another its height. */
const SLIM = 5 / 6;

export interface FramesProps {
  session: Session;
  take: Take;
  sprite: Sprite | null | undefined;
  near: boolean;
  small: boolean;
  /** The part of the film that is looked at, from 0 to 1; null shows its beginning, middle and end. */
  part: number | null;
}

/** What a take looks like: three frames of a film side by side, or the one that is looked for; a still whole. */
export function Frames({ session, take, sprite, near, small, part }: FramesProps) {
  const { has_frames: film, has_poster: pictured, plays } = kindOf(take.kind);
  const late = useLate(PATIENCE, near && sprite === null);
  const still = usePicture(
    session.posters,
    pictured ? take.id : null,
    near && (late || sprite === undefined),
  );
  if (!film || sprite === undefined) {
    if (still) return <img src={still} alt="" draggable={false} decoding="async" data-kind={take.kind} />;
    return still === null ? null : <Icon name={plays ? "sound" : "image"} />;
  }
  const ratio = sprite ? sprite.width / sprite.height : 16 / 9;
  if (!sprite && !still) return null;
  const looks = (small ? LOOK : LOOKS).map((look) => (
    <span key={look}>
      {sprite ? (
        <i style={tile(sprite, frameAt(sprite, look))} />
      ) : still ? (
        <i style={{ aspectRatio: `${ratio}`, backgroundImage: `url(${still})` }} />
      ) : null}
    </span>
  ));
  return (
    <span
      class={`rk-frames${ratio < SLIM ? " rk-frames-slim" : ""}${ratio < 1.3 ? " rk-frames-tall" : ""}${small ? " rk-frames-one" : ""}`}
    >
      {looks}
      {sprite && part !== null ? (
        <span class="rk-frame">
          <i style={tile(sprite, frameAt(sprite, part))} />
          <b style={{ left: `${part * 100}%` }} />
        </span>
      ) : null}
    </span>
  );
}
