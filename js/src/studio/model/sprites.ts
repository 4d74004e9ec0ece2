import { blobOf, blobUrls } from "../../kernel/blob-urls";
import { type Connection, RefusedError } from "../../kernel/connection";
import type { SpriteValue } from "../../kernel/protocol";

/** Frames from all over a film, in rows on one picture. */
export interface Sprite extends Pick<SpriteValue, "frames" | "columns" | "width" | "height"> {
  /** Blob URL of the picture. */
  url: string;
}

/** Sprites that are kept; a wall and a sweep have no more in sight. */
const KEPT = { count: 90, bytes: 14e6 };
/** Asked for at a time: the kernel makes one after another, and what came into sight last goes first. */
const AT_ONCE = 2;
/** Seconds that the kernel may take for the longest of films. */
const PATIENCE = 600;

/** The sprites of takes, by id. */
export interface Sprites {
  /** The sprite if it is here; undefined where there is none to be had, null where that is not known yet. */
  peek(take: string): Sprite | null | undefined;
  /** Asks for a sprite, and `tell`s when `peek` has more to say; the returned function calls it off. */
  ask(take: string, tell: () => void): () => void;
  clear(): void;
}

export function openSprites({ request }: Connection): Sprites {
  const layouts = new Map<string, Omit<Sprite, "url">>();
  /** Those that have none. */
  const without = new Set<string>();
  const pictures = blobUrls(async (take) => {
    const reply = await request("sprite", { take }, [], { timeout: PATIENCE });
    layouts.set(take, reply.value);
    return blobOf(reply);
  }, KEPT);
  /** Who waits for what, the last asked for last. */
  const waiting: { take: string; tell: () => void }[] = [];
  let running = 0;

  function next(): void {
    if (running >= AT_ONCE) return;
    const asked = waiting.pop();
    if (!asked) return;
    running++;
    pictures
      .fetch(asked.take)
      .catch((error) => {
        if (error instanceof RefusedError) without.add(asked.take);
      })
      .then(() => {
        running--;
        asked.tell();
        next();
      });
  }

  return {
    peek(take) {
      const url = pictures.peek(take);
      const layout = layouts.get(take);
      if (url && layout) return { ...layout, url };
      return without.has(take) ? undefined : null;
    },
    ask(take, tell) {
      const asked = { take, tell };
      waiting.push(asked);
      next();
      return () => {
        const at = waiting.indexOf(asked);
        if (at >= 0) waiting.splice(at, 1);
        asked.tell = () => {};
      };
    },
    clear() {
      waiting.length = 0;
      pictures.clear();
    },
  };
}
