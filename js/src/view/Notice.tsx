import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";

/** An important sentence, followed by what can be done about it. */
export function Notice(props: {
  tone: "calm" | "problem";
  children: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class={`rk-notice rk-notice-${props.tone}`}>
      <Icon name={props.tone === "calm" ? "check" : "warning"} />
      <div class="rk-notice-words">{props.children}</div>
      {props.action}
    </div>
  );
}
