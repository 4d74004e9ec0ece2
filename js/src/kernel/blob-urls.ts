import type { Reply } from "./connection";

/** The file in a reply's buffers. */
export function blobOf({
  value,
  buffers,
}: Reply<"preview" | "poster" | "sprite" | "media" | "save" | "sheet">): Blob {
  return new Blob(buffers as DataView<ArrayBuffer>[], { type: value.media_type });
}

/** Blob URLs of what the kernel has sent, the least recently used freed first. */
export interface BlobUrls {
  /** The URL if it is here already. */
  peek(key: string): string | undefined;
  /** The URL, asking for the bytes where needed; two who ask at once share one request. */
  fetch(key: string): Promise<string>;
  /** Keeps the URL of this key, however long it is unused; the returned function releases it. */
  hold(key: string): () => void;
  /** Frees all of them. What is still on its way is freed on arrival. */
  clear(): void;
}

export function blobUrls(
  load: (key: string) => Promise<Blob>,
  limit: { count: number; bytes: number },
): BlobUrls {
  // A Map remembers the order of insertion: what is used is inserted again, so the first is the oldest.
  const kept = new Map<string, { url: string; bytes: number }>();
  const coming = new Map<string, Promise<string>>();
  /** How many hold a key. */
  const held = new Map<string, number>();
  let bytes = 0;
  let generation = 0;

  function drop(key: string): void {
    const entry = kept.get(key);
    if (!entry) return;
    kept.delete(key);
    bytes -= entry.bytes;
    URL.revokeObjectURL(entry.url);
  }

  function keep(key: string, blob: Blob): string {
    const url = URL.createObjectURL(blob);
    kept.set(key, { url, bytes: blob.size });
    bytes += blob.size;
    // The newest stays even when it alone is over the limit: it is about to be looked at.
    for (const oldest of [...kept.keys()].slice(0, -1)) {
      if (kept.size <= limit.count && bytes <= limit.bytes) break;
      if (!held.get(oldest)) drop(oldest);
    }
    return url;
  }

  function peek(key: string): string | undefined {
    const entry = kept.get(key);
    if (!entry) return undefined;
    kept.delete(key);
    kept.set(key, entry);
    return entry.url;
  }

  return {
    peek,
    fetch(key) {
      const here = peek(key);
      if (here) return Promise.resolve(here);
      const asked = coming.get(key);
      if (asked) return asked;
      const born = generation;
      const promise = load(key)
        .then((blob) => {
          if (born !== generation) throw new DOMException("Closed.", "AbortError");
          return keep(key, blob);
        })
        .finally(() => coming.get(key) === promise && coming.delete(key));
      coming.set(key, promise);
      return promise;
    },
    hold(key) {
      held.set(key, (held.get(key) ?? 0) + 1);
      return () => {
        const others = (held.get(key) ?? 1) - 1;
        if (others) held.set(key, others);
        else held.delete(key);
      };
    },
    clear() {
      generation++;
      coming.clear();
      for (const key of [...kept.keys()]) drop(key);
    },
  };
}
