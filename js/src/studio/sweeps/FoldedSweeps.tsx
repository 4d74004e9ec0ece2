import type { RefObject } from "preact";
import { useWidth } from "../../hooks/useWidth";
import type { Sweep } from "../../kernel/protocol";
import type { Session } from "../model/session";
import { geometry } from "../wall/geometry";
import { SweepRow } from "./SweepRow";

/** Sweeps that stand in the wall while not all of it is shown. */
export const FEW_SWEEPS = 1;

export interface FoldedSweepsProps {
  session: Session;
  /** Newest first. */
  folded: readonly Sweep[];
  /** What is as wide as the wall. */
  ruler: RefObject<HTMLElement | null>;
  all: boolean;
}

/** The finished sweeps, each in one row of the wall. */
export function FoldedSweeps({ session, folded, ruler, all }: FoldedSweepsProps) {
  const { cell } = geometry(useWidth(ruler, 600));
  return (
    <>
      {(all ? folded : folded.slice(0, FEW_SWEEPS)).map((sweep) => (
        <SweepRow key={sweep.id} session={session} sweep={sweep} cell={cell} />
      ))}
    </>
  );
}
