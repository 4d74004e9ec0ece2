import { useEffect, useState } from "preact/hooks";
import { reason } from "../format";
import type { BlobUrls } from "../kernel/blob-urls";

export interface File {
  url?: string;
  /** Why it cannot be had, in words. */
  error?: string;
}

/** A take's file, kept while it is shown; the function asks for the file again. */
export function useFile(files: BlobUrls, take: string): [File, () => void] {
  const [attempt, setAttempt] = useState(0);
  const [file, setFile] = useState<File>(() => {
    const url = files.peek(take);
    return url ? { url } : {};
  });
  useEffect(() => {
    let here = true;
    const letGo = files.hold(take);
    files.fetch(take).then(
      (url) => here && setFile({ url }),
      (error) => here && setFile({ error: reason(error) }),
    );
    return () => {
      here = false;
      letGo();
    };
  }, [files, take, attempt]);
  return [
    file,
    () => {
      setFile({});
      setAttempt(attempt + 1);
    },
  ];
}
