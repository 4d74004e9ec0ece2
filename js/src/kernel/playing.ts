import type { Connection } from "./connection";

/** Milliseconds between two messages that something plays; the kernel takes three times that to be the end of it. */
const EVERY = 2000;
/** Seconds that an answer is waited for. */
const PATIENCE = 10;

/**
 * Tells the kernel that a video or a sound plays, again and again for as long as one does and the page is seen: it
 * measures nothing meanwhile. What plays anywhere in the page counts, as a cell's HTML cannot tell of it, and what plays
 * in `root`, which may be a tree of its own that such events do not leave. Returns what ends it.
 */
export function tellPlaying({ request }: Connection, root: Node): () => void {
  const over = new AbortController();
  const players = new Set<HTMLMediaElement>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function tell(): Promise<void> {
    // One that is taken out of the page stops without an event that anybody here could hear.
    for (const player of players) if (player.paused || !player.isConnected) players.delete(player);
    if (players.size && document.visibilityState === "visible")
      await request("playing", {}, [], { signal: over.signal, timeout: PATIENCE }).catch(() => {});
    timer = players.size && !over.signal.aborted ? setTimeout(tell, EVERY) : undefined;
  }

  function add(player: HTMLMediaElement): void {
    players.add(player);
    timer ??= setTimeout(tell, 0);
  }

  for (const player of document.querySelectorAll<HTMLMediaElement>("video, audio"))
    if (!player.paused) add(player);
  // Such events do not bubble.
  const options = { capture: true, signal: over.signal };
  for (const place of new Set([document, root]))
    place.addEventListener("playing", ({ target }) => add(target as HTMLMediaElement), options);
  return () => {
    clearTimeout(timer);
    over.abort();
  };
}
