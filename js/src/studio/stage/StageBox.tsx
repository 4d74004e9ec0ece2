import type { ComponentChildren } from "preact";
import { kindOf } from "../../kernel/kind-of";

export interface StageBoxProps {
  /** What is in it, or will be, is higher than wide. */
  tall?: boolean | undefined;
  empty?: boolean | undefined;
  children: ComponentChildren;
}

/** The one place for whatever is looked at: empty, at work or there, nothing moves when one follows the other. */
export function StageBox({ tall, empty, children }: StageBoxProps) {
  return (
    <div class={`rk-stage-box${tall ? " rk-stage-tall" : ""}${empty ? " rk-stage-empty" : ""}`}>
      {children}
    </div>
  );
}

/** Below it, room for what is said of a take, before there is one; of a film, for its strip too. */
export function StageFoot(props: { output: string | undefined; children?: ComponentChildren }) {
  const strip = kindOf(props.output).has_frames;
  return <div class={`rk-stage-foot${strip ? " rk-stage-strip" : ""}`}>{props.children}</div>;
}
