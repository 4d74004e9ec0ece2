/** Where the film on the stage stood when its page went away, in seconds. */
interface Playhead {
  take: string;
  time: number;
}

const nameOf = (key: string | undefined) => `rk-playhead:${key}`;

/** Where a take stood on an earlier page of this tab; `key` names the widget. */
export function storedTime(key: string | undefined, take: string): number | undefined {
  try {
    const stored = JSON.parse(sessionStorage.getItem(nameOf(key)) ?? "null") as Playhead | null;
    return key && stored?.take === take ? stored.time : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps it for the next page. Storage that is full or forbidden is no error. */
export function storeTime(key: string | undefined, playhead: Playhead): void {
  try {
    if (key) sessionStorage.setItem(nameOf(key), JSON.stringify(playhead));
  } catch {
    // The next page then begins at the beginning.
  }
}
