import { useEffect, useRef } from "preact/hooks";
import type { Connection } from "./connection";
import { tellPlaying } from "./playing";

/** Tells the kernel while something plays here, or elsewhere in the page. There is nothing to see of it. */
export function TellPlaying({ session }: { session: { connection: Connection } }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => tellPlaying(session.connection, place.current?.getRootNode() ?? document), []);
  return <span ref={place} hidden />;
}
