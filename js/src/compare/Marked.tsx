import type { Piece } from "../kernel/protocol";

/** A prompt with the words marked that the others do not have. */
export function Marked({ pieces }: { pieces: readonly Piece[] }) {
  return <>{pieces.map(({ text, differs }) => (differs ? <mark class="rk-differs">{text}</mark> : text))}</>;
}
