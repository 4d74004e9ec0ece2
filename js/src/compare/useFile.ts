import { useEffect, useState } from "preact/hooks";
import { reason } from "../format";
import { useAnswer } from "../hooks/effects";
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
  useEffect(() => files.hold(take), [files, take]);
  useAnswer(
    () => files.fetch(take),
    [files, take, attempt],
    (url) => setFile({ url }),
    (error) => setFile({ error: reason(error) }),
  );
  return [
    file,
    () => {
      setFile({});
      setAttempt(attempt + 1);
    },
  ];
}
