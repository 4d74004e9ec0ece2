import { useStore } from "../../store";
import type { Session } from "../model/session";
import { sweepsAtWork } from "../model/sweeping";
import { SweepSection } from "./SweepSection";

/** The sweeps that are worked on, newest first; the others are each a row of the wall. */
export function Sweeps({ session }: { session: Session }) {
  const { sweeps, atWork } = useStore(session.state);
  return (
    <>
      {sweepsAtWork({ sweeps, atWork }).map((sweep) => (
        <SweepSection key={sweep.id} session={session} sweep={sweep} />
      ))}
    </>
  );
}
