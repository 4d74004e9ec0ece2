import type { Take } from "../../kernel/protocol";
import { refuse, type Session } from "./session";

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
    // From now on, and not only from the first frame: another that comes in must not push it away.
    playing: take.kind === "video" || take.kind === "audio" ? take.id : null,
    unseen: new Set([...unseen].filter((id) => id !== take.id)),
  });
}

/** Fills the form with what a take was asked with: endpoint, prompt, settings, images. */
export async function recall(session: Session, take: Take, { seed }: { seed: boolean }): Promise<void> {
  const before = session.state.get().draft;
  try {
    const { value } = await session.connection.request("recall", { take: take.id, seed });
    // A slow kernel's answer: what was written meanwhile stays.
    if (session.state.get().draft !== before)
      throw new Error(
        "You have changed the form since, so it stays as it is. Press it again to load this take's settings.",
      );
    session.writing.show(value);
    session.state.set({
      outcome: before.prompt.trim() ? { kind: "recalled", before } : null,
      said: `Loaded this take's settings${seed ? "" : " without the seed"}.`,
    });
  } catch (error) {
    refuse(session, error);
  }
}

/** Begins the next shot where a take ends: its last frame becomes the start image. */
export async function nextShot(session: Session, take: Take): Promise<void> {
  try {
    const { value } = await session.connection.request("next_shot", { take: take.id });
    await session.previews.fetch(value.digest).catch(() => {});
    session.state.set({
      outcome: null,
      said: "Continuing from the last frame. What happens next?",
    });
  } catch (error) {
    refuse(session, error);
  }
}
