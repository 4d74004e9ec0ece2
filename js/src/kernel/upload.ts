import { textOf } from "./base64";
import type { Connection } from "./connection";
import type { Image } from "./protocol";
import { readAhead } from "./read-ahead";

/** Messages on their way at once: enough to hide the round trip, too few to fill the socket's buffers. */
const WINDOW = 4;
/** Milliseconds: a message that is answered sooner is followed by one of twice as much, or else by a single chunk. */
const SOON = 2000;

export interface UploadOptions {
  signal?: AbortSignal | undefined;
  /** Called with the bytes the kernel has acknowledged. */
  onProgress?: (received: number) => void;
}

/**
 * Sends a file in acknowledged chunks and resolves to the image the kernel made of it.
 *
 * What the kernel has already is not sent: where it has a file of as many bytes, it is asked by the digest (on plain
 * http a browser makes none, and sends it). Nothing is sent twice: any failure, a wrong count or the signal ends it with
 * `upload_abort` and an error.
 */
export async function upload(
  connection: Connection,
  slot: string,
  file: File,
  { signal, onProgress }: UploadOptions = {},
): Promise<Image> {
  const begin = { slot, name: file.name, size: file.size, media_type: file.type };
  const { value } = await connection.request("upload_begin", begin, [], { signal });
  const { upload: id, chunk, together, alike, as_text: asText } = value;
  // One failed chunk stops the other workers too.
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const wrong = (count: number) =>
    new Error(`The image did not arrive whole: ${count} of ${file.size} bytes. Try again.`);
  let next = 0;
  let received = 0;
  // A message costs its host more than its bytes do, but on a slow line a large one holds up everything else.
  let many = 1;

  const count = Math.ceil(file.size / chunk);
  // To read takes as long as to send.
  const read = readAhead(file, together * chunk);

  async function worker(): Promise<void> {
    while (next < count) {
      const index = next;
      const first = index % together;
      const length = Math.min(many, together - first, count - index);
      next += length;
      const block = await read(Math.floor(index / together));
      const chunks = Array.from({ length }, (_, at) =>
        block.slice((first + at) * chunk, (first + at + 1) * chunk),
      );
      both.throwIfAborted();
      const sent = performance.now();
      const fields = { upload: id, index, ...(asText && { text: chunks.map(textOf) }) };
      const reply = await connection.request("upload_chunk", fields, asText ? [] : chunks, { signal: both });
      many = performance.now() - sent < SOON ? Math.min(2 * many, together) : 1;
      const here = reply.value.received;
      if (!(here > 0 && here <= Math.min(next * chunk, file.size))) throw wrong(here);
      received = Math.max(received, here);
      onProgress?.(received);
    }
  }

  async function isKnown(): Promise<boolean> {
    if (!alike || !crypto.subtle) return false;
    const digest = await digestOf(await file.arrayBuffer());
    both.throwIfAborted();
    return (await connection.request("upload_known", { upload: id, digest }, [], { signal })).value.known;
  }

  try {
    if (await isKnown()) onProgress?.(file.size);
    else {
      await Promise.all(Array.from({ length: WINDOW }, worker));
      if (received !== file.size) throw wrong(received);
    }
    return (await connection.request("upload_end", { upload: id }, [], { signal })).value;
  } catch (error) {
    stop.abort(error);
    // Best effort: the kernel forgets unfinished uploads by itself, and the error at hand matters more.
    connection.request("upload_abort", { upload: id }).catch(() => {});
    throw error;
  }
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
