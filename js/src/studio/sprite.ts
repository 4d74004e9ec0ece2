import { useEffect, useState } from "preact/hooks";
import { kindOf } from "../kernel/kind-of";
import type { Take } from "../kernel/protocol";
import type { Session } from "./model/session";
import type { Sprite } from "./model/sprites";

/** The sprite of a take once it is `near`: null while it is on its way, undefined where there is none. */
export function useSprite(session: Session, take: Take, near = true): Sprite | null | undefined {
  const [, redraw] = useState({});
  const film = kindOf(take.kind).has_frames;
  const sprite = film ? session.sprites.peek(take.id) : undefined;
  const wanted = near && sprite === null;
  useEffect(
    () => (wanted ? session.sprites.ask(take.id, () => redraw({})) : undefined),
    [session, take.id, wanted],
  );
  return sprite;
}

/** The frame nearest to a part of the film, from 0 for its beginning to 1 for its end. */
export function frameAt({ frames }: Sprite, part: number): number {
  return Math.max(0, Math.min(frames - 1, Math.round(part * (frames - 1))));
}

/** The style in which an element shows one frame: it gets the frame's shape, and one of its sides from elsewhere. */
export function tile({ url, frames, columns, width, height }: Sprite, index: number) {
  const rows = Math.ceil(frames / columns);
  const along = (at: number, count: number) => `${count > 1 ? (at / (count - 1)) * 100 : 0}%`;
  return {
    aspectRatio: `${width} / ${height}`,
    backgroundImage: `url(${url})`,
    backgroundSize: `${columns * 100}% ${rows * 100}%`,
    backgroundPosition: `${along(index % columns, columns)} ${along(Math.floor(index / columns), rows)}`,
  };
}
