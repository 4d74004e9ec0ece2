import { useEffect, useState } from "preact/hooks";
import { reason } from "../format";
import { useAnswer } from "../hooks/effects";
import type { BlobUrls } from "../kernel/blob-urls";

export interface File {
  url?: string;
  /** Why it cannot be had, in words. */
  error?: string;
}

/** A take's file, kept while it is shown; the function asks for the file again. `key` is its key among the files. */
export function useFile(files: BlobUrls, key: string): [File, () => void] {
  const [attempt, setAttempt] = useState(0);
  const [got, setGot] = useState<(File & { key: string }) | null>(null);
  useEffect(() => files.hold(key), [files, key]);
  useAnswer(
    () => files.fetch(key),
    [files, key, attempt],
    (url) => setGot({ key, url }),
    (error) => setGot({ key, error: reason(error) }),
  );
  const url = got?.key === key ? undefined : files.peek(key);
  return [
    // Never what is there of another one.
    got?.key === key ? got : url ? { url } : {},
    () => {
      setGot(null);
      setAttempt(attempt + 1);
    },
  ];
}
