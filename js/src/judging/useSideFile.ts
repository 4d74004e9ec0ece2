import { useEffect, useState } from "preact/hooks";
import { isAbort, reason } from "../format";
import { useAnswer } from "../hooks/effects";
import type { Pair, Side } from "../kernel/protocol";
import { isRefused, type Judging } from "./judging";

/** The file of one side: its URL once it is here. A pair whose file the kernel refuses is passed over. */
export function useSideFile(
  judging: Judging,
  pair: Pair,
  side: Side,
): { url?: string | undefined; error?: string | undefined; again: () => void } {
  const [attempt, setAttempt] = useState(0);
  const [got, setGot] = useState<{ url?: string; error?: string }>({});
  useEffect(() => judging.media.hold(side.take), [judging, side.take]);
  useAnswer(
    () => judging.media.fetch(side.take),
    [judging, side.take, attempt],
    (url) => setGot({ url }),
    (error) => {
      if (isRefused(error)) judging.passOver(pair, reason(error));
      else if (!isAbort(error)) setGot({ error: reason(error) });
    },
  );
  const again = () => {
    setGot({});
    setAttempt(attempt + 1);
  };
  return { url: got.url ?? judging.media.peek(side.take), error: got.error, again };
}
