import type { Sweep } from "../../kernel/protocol";
import { useStore } from "../../store";
import type { Session } from "../model/session";
import { heatOf, partOf, tint } from "./heat";
import { inWords } from "./known";

export interface HeatCellProps {
  session: Session;
  sweep: Sweep;
  /** Of which position. */
  at: number;
}

/** What a position has on the heat map: a strip in its colour with its value, and a frame of that colour around both. */
export function HeatCell({ session, sweep, at }: HeatCellProps) {
  const heat = heatOf(useStore(session.state), sweep);
  if (!heat) return null;
  const value = heat.values[at];
  const { label } = heat.scale;
  if (typeof value !== "number") return <span class="rk-heat rk-heat-none">{value}</span>;
  const { fill, ink } = tint(partOf(heat, value));
  return (
    <span class="rk-heat" style={{ "--rk-heat": fill, color: ink }}>
      <span class="rk-unseen">{label}: </span>
      {inWords(heat.scale, value)}
    </span>
  );
}
