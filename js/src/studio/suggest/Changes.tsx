import type { Change } from "../../kernel/protocol";

/** A rewriting, with what it adds marked, and what it leaves out struck through at its place. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <>
      {changes.map(({ text, kind }) =>
        kind === "added" ? <ins>{text}</ins> : kind === "removed" ? <del>{text}</del> : text,
      )}
    </>
  );
}
