import { useEffect, useState } from "preact/hooks";
import { reason } from "../../format";
import type { BoxesValue } from "../../kernel/protocol";
import type { Session } from "../model/session";

export interface Boxes extends BoxesValue {
  /** Blob URL of the image that they are on; undefined where it is not in the library. */
  url: string | undefined;
}

/** A take's boxes: null while they are on their way or not wanted, and in words why they cannot be had. */
export function useBoxes(session: Session, take: string, wanted: boolean): Boxes | string | null {
  const [got, setGot] = useState<{ take: string; boxes: Boxes | string } | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let here = true;
    let url: string | undefined;
    session.connection.request("boxes", { take }).then(
      ({ value, buffers }) => {
        if (!here) return;
        const parts = buffers as DataView<ArrayBuffer>[];
        if (parts.length) url = URL.createObjectURL(new Blob(parts, { type: value.media_type }));
        setGot({ take, boxes: { ...value, url } });
      },
      (error) => here && setGot({ take, boxes: reason(error) }),
    );
    return () => {
      here = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [session, take, wanted]);
  return wanted && got?.take === take ? got.boxes : null;
}
