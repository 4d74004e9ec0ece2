import { useEffect, useState } from "preact/hooks";
import type { BlobUrls } from "../kernel/blob-urls";

/** A picture's URL, null while it is on its way, undefined where it cannot be had. */
export type Picture = string | null | undefined;

/** Asks for a picture once `wanted`; a key of null stands for no picture at all. */
export function usePicture(pictures: BlobUrls, key: string | null, wanted = true): Picture {
  const [got, setGot] = useState<{ key: string; url: string | undefined } | null>(null);
  useEffect(() => {
    if (key === null || !wanted) return;
    let here = true;
    pictures.fetch(key).then(
      (url) => here && setGot({ key, url }),
      () => here && setGot({ key, url: undefined }),
    );
    return () => {
      here = false;
    };
  }, [pictures, key, wanted]);
  if (key === null) return undefined;
  return got?.key === key ? got.url : (pictures.peek(key) ?? null);
}
