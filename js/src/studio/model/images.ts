import { isAbort, reason } from "../../format";
import { type Fields, RefusedError } from "../../kernel/connection";
import { kindOf } from "../../kernel/kind-of";
import type { Image } from "../../kernel/protocol";
import { fileAt } from "../../kernel/take-files";
import { upload } from "../../kernel/upload";
import { follow, meant } from "../outputs/following";
import { MOST, pick } from "../outputs/pick";
import { attempt, type Session } from "./session";
import { type Before, beforeOf, chosenEndpoint, takeById, type Upload } from "./state";

/** Sends a file to the kernel as the image of a slot. What it was made with may be in it, in a film's too. */
export async function sendFile(session: Session, slot: string, file: File): Promise<void> {
  session.state.set({ dropped: file });
  if (/^(vid|aud)/.test(file.type)) return;
  const start = { name: file.name || "pasted image", size: file.size, picture: URL.createObjectURL(file) };
  return bring(
    session,
    slot,
    start,
    (signal, onProgress) => upload(session.connection, slot, file, { signal, onProgress }),
    () => void sendFile(session, slot, file),
  );
}

/** Sends several files, as many as the form takes: those beyond the first as further images of the same slot. */
export function sendFiles(session: Session, slot: string, files: File[]): void {
  const now = session.state.get();
  const endpoint = chosenEndpoint(now);
  const to = endpoint && pick(now, endpoint.output, true, meant(now.draft, endpoint));
  const many = to?.images.some((has) => has.slot === slot && has.many);
  for (const [index, file] of files.slice(0, many ? MOST : 1).entries())
    void sendFile(session, index ? `${slot}#${index + 1}` : slot, file);
}

/** Has the kernel take an image from a URL. */
export function sendUrl(session: Session, slot: string, url: string): Promise<void> {
  return fetched(session, slot, url, "image_url", { slot, url });
}

/** Has the kernel take the last frame of a take, or the take itself where it is an image; `key` as in `fileKey`. */
export function sendTake(session: Session, slot: string, key: string): Promise<void> {
  const take = takeById(session.state.get(), fileAt(key).take);
  const name = take && !kindOf(take.kind).has_frames ? "the image" : "last frame";
  return fetched(session, slot, name, "image_take", { slot, ...fileAt(key) });
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
  const before = beforeOf(session.state.get());
  return attempt(session, async () => {
    await session.connection.request("image_clear", { slot });
    follow(session, before);
  });
}

/** Puts back the images that were in the slots. */
export async function putBack(session: Session, { images }: Pick<Before, "images">): Promise<void> {
  if (JSON.stringify(images) === JSON.stringify(session.state.get().images)) return;
  await session.connection.request("images_restore", {
    images: Object.fromEntries(images.map(({ slot, digest }) => [slot, digest])),
    frames: Object.fromEntries(images.flatMap(({ slot, framing }) => (framing ? [[slot, framing]] : []))),
  });
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
  const { images } = session.state.get();
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
    follow(session, { draft: session.state.get().draft, images });
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
