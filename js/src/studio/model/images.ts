import { isAbort, reason } from "../../format";
import { type Fields, RefusedError } from "../../kernel/connection";
import type { Image } from "../../kernel/protocol";
import { upload } from "../../kernel/upload";
import { attempt, type Session } from "./session";
import type { Upload } from "./state";

/** Sends a file to the kernel as the image of a slot. */
export function sendFile(session: Session, slot: string, file: File): Promise<void> {
  const start = { name: file.name || "pasted image", size: file.size, picture: URL.createObjectURL(file) };
  return bring(
    session,
    slot,
    start,
    (signal, onProgress) => upload(session.connection, slot, file, { signal, onProgress }),
    () => void sendFile(session, slot, file),
  );
}

/** Has the kernel take an image from a URL. */
export function sendUrl(session: Session, slot: string, url: string): Promise<void> {
  return fetched(session, slot, url, "image_url", { slot, url });
}

/** Has the kernel take the last frame of a take, or the take itself where it is an image. */
export function sendTake(session: Session, slot: string, take: { id: string }): Promise<void> {
  return fetched(session, slot, "last frame", "image_take", { slot, take: take.id });
}

/** Has the kernel take the sample photograph. */
export function sendSample(session: Session, slot: string): Promise<void> {
  return fetched(session, slot, "harbour.jpg", "image_sample", { slot });
}

/** Has the kernel take an image from somewhere itself. */
function fetched<Type extends "image_url" | "image_take" | "image_sample">(
  session: Session,
  slot: string,
  name: string,
  type: Type,
  fields: Fields<Type>,
): Promise<void> {
  return bring(
    session,
    slot,
    { name, size: 0, picture: null },
    async (signal) => (await session.connection.request(type, fields, [], { signal })).value,
    () => void fetched(session, slot, name, type, fields),
  );
}

/** Stops an image on its way, or puts away the error of one that did not arrive. */
export function stopUpload(session: Session, slot: string): void {
  session.transfers.get(slot)?.abort();
  session.transfers.delete(slot);
  show(session, slot, null);
}

/** Takes the image out of a slot. */
export function removeImage(session: Session, slot: string): Promise<void> {
  return attempt(session, () => session.connection.request("image_clear", { slot }));
}

/** Keeps an address that is being written, until its image is there. */
export function writeUrl(session: Session, slot: string, url: string): void {
  session.state.set({ urls: { ...session.state.get().urls, [slot]: url } });
}

/** Brings one image into a slot; one that is on its way there gives way. */
async function bring(
  session: Session,
  slot: string,
  file: Pick<Upload, "name" | "size" | "picture">,
  send: (signal: AbortSignal, onProgress: (received: number) => void) => Promise<Image>,
  again: () => void,
): Promise<void> {
  const start = { ...file, received: 0, error: null, again };
  stopUpload(session, slot);
  const transfer = new AbortController();
  session.transfers.set(slot, transfer);
  const current = () => session.transfers.get(slot) === transfer;
  show(session, slot, start);
  session.state.set({ outcome: null, said: `Sending ${start.name}.` });
  try {
    const image = await send(transfer.signal, (received) => {
      if (current()) show(session, slot, { ...start, received });
    });
    // The file's own picture stays on the screen until the kernel's is there, so that nothing flickers.
    await session.previews.fetch(image.digest).catch(() => {});
    if (!current()) return;
    show(session, slot, null);
    writeUrl(session, slot, "");
    session.state.set({ said: `Image ready: ${image.name}.` });
  } catch (error) {
    if (!current()) return;
    if (isAbort(error)) show(session, slot, null);
    else {
      const message = reason(error);
      // What the kernel has looked at and refused, it refuses again; an address may answer the next time.
      const final = error instanceof RefusedError && start.size > 0;
      show(session, slot, { ...start, error: message, again: final ? undefined : again });
      session.state.set({ said: message });
    }
  } finally {
    if (current()) session.transfers.delete(slot);
  }
}

function show(session: Session, slot: string, upload: Upload | null): void {
  const { [slot]: old, ...others } = session.state.get().uploads;
  if (old?.picture && old.picture !== upload?.picture) URL.revokeObjectURL(old.picture);
  session.state.set({ uploads: upload ? { ...others, [slot]: upload } : others });
}
