import type { Connection } from "./connection";
import type { Image } from "./protocol";

/** Chunks on their way at once: enough to hide the round trip, too few to fill the socket's buffers. */
const WINDOW = 4;

export interface UploadOptions {
  signal?: AbortSignal;
  /** Called with the bytes the kernel has acknowledged. */
  onProgress?: (received: number) => void;
}

/**
 * Sends a file in acknowledged chunks and resolves to the image the kernel made of it.
 *
 * Nothing is sent twice: any failure, a wrong count or the signal ends it with `upload_abort` and an error.
 */
export async function upload(
  connection: Connection,
  slot: string,
  file: File,
  { signal, onProgress }: UploadOptions = {},
): Promise<Image> {
  const begin = { slot, name: file.name, size: file.size, media_type: file.type };
  const { upload: id, chunk } = (await connection.request("upload_begin", begin, [], withSignal(signal)))
    .value;
  // One failed chunk stops the other workers too.
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let next = 0;
  let received = 0;

  async function worker(): Promise<void> {
    while (next * chunk < file.size) {
      const index = next++;
      const bytes = await file.slice(index * chunk, (index + 1) * chunk).arrayBuffer();
      both.throwIfAborted();
      const reply = await connection.request("upload_chunk", { upload: id, index }, [bytes], {
        signal: both,
      });
      const count = reply.value.received;
      if (!(count > 0 && count <= Math.min(next * chunk, file.size))) throw new UploadError(count, file.size);
      received = Math.max(received, count);
      onProgress?.(received);
    }
  }

  try {
    await Promise.all(Array.from({ length: WINDOW }, worker));
    if (received !== file.size) throw new UploadError(received, file.size);
    return (await connection.request("upload_end", { upload: id }, [], withSignal(signal))).value;
  } catch (error) {
    stop.abort(error);
    // Best effort: the kernel forgets unfinished uploads by itself, and the error at hand matters more.
    connection.request("upload_abort", { upload: id }).catch(() => {});
    throw error;
  }
}

/** The kernel's count of bytes cannot be right. */
export class UploadError extends Error {
  constructor(received: number, size: number) {
    super(`The image did not arrive whole: ${received} of ${size} bytes. Try again.`);
    this.name = "UploadError";
  }
}

function withSignal(signal: AbortSignal | undefined) {
  return signal ? { signal } : {};
}
