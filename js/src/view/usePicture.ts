import { useState } from "preact/hooks";
import { useAnswer } from "../hooks/effects";
import type { BlobUrls } from "../kernel/blob-urls";

/** A picture's URL, null while it is on its way, undefined where it cannot be had. */
export type Picture = string | null | undefined;

/** Asks for a picture once `wanted`; a key of null stands for no picture at all. */
export function usePicture(pictures: BlobUrls, key: string | null, wanted = true): Picture {
  const [got, setGot] = useState<{ key: string; url: string | undefined } | null>(null);
  const arrived = (url?: string) => key !== null && setGot({ key, url });
  useAnswer(
    () => (key === null || !wanted ? undefined : pictures.fetch(key)),
    [pictures, key, wanted],
    arrived,
    () => arrived(),
  );
  if (key === null) return undefined;
  return got?.key === key ? got.url : (pictures.peek(key) ?? null);
}
