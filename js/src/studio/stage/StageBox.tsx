import type { ComponentChildren } from "preact";

export interface StageBoxProps {
  /** What is in it, or will be, is higher than wide. */
  tall?: boolean | undefined;
  /** It is heard and not seen. */
  sound?: boolean | undefined;
  empty?: boolean | undefined;
  children: ComponentChildren;
}

/** The one place for whatever is looked at: empty, at work or there, nothing moves when one follows the other. */
export function StageBox({ tall, sound, empty, children }: StageBoxProps) {
  const of = sound ? " rk-stage-sound" : tall ? " rk-stage-tall" : "";
  return <div class={`rk-stage-box${of}${empty ? " rk-stage-empty" : ""}`}>{children}</div>;
}

/** Below it, room for what is said of a take, before there is one; of a film, for its strip too. */
export function StageFoot(props: { output: string | undefined; children?: ComponentChildren }) {
  const strip = props.output !== "image" && props.output !== "audio";
  return <div class={`rk-stage-foot${strip ? " rk-stage-strip" : ""}`}>{props.children}</div>;
}
