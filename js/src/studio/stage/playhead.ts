import { named, store, stored } from "../../hooks/stored";

/** Where the film on the stage stood when its page went away, in seconds. */
interface Playhead {
  take: string;
  time: number;
}

/** Where a take stood on an earlier page of this tab; `key` names the widget. */
export function storedTime(key: string | undefined, take: string): number | undefined {
  const kept = stored<Playhead>(named("playhead", key));
  return kept?.take === take ? kept.time : undefined;
}

/** Keeps it for the next page. */
export function storeTime(key: string | undefined, playhead: Playhead): void {
  store(named("playhead", key), playhead);
}
