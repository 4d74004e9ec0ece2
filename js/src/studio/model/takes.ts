import type { Take } from "../../kernel/protocol";
import type { Session } from "./session";

/** Milliseconds after which the browser has surely begun to save. */
const BEGUN = 2000;

/** Saves bytes as a file, as a click on a link would. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), BEGUN);
}

/** Opens a take in the player because a person asked for it: it plays as soon as it can. */
export function openTake(session: Session, take: Take): void {
  const { unseen, selected } = session.state.get();
  // On its way before the player is drawn, which says so where it cannot be had.
  session.media.fetch(take.id).catch(() => {});
  session.state.set({
    // One that is selected waits for another; a comparison gives way to the player.
    selected: selected.length > 1 ? [] : selected,
    notSelected: null,
    open: { take: take.id, press: true },
    unseen: new Set([...unseen].filter((id) => id !== take.id)),
  });
}
