import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";

/** A sentence that matters, with what can be done about it behind it. */
export function Notice(props: {
  tone: "calm" | "problem" | "question";
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
