import type { ComponentChildren } from "preact";
import { useOneAtATime } from "../hooks/useOneAtATime";
import type { Difference, Take } from "../kernel/protocol";
import { useStore } from "../store";
import { recall } from "../studio/loading/loading";
import type { Session } from "../studio/model/session";
import { pick } from "../studio/wall/opinions";

export interface PaneProps {
  session: Session;
  take: Take;
  /** From 0; its key is one more. */
  index: number;
  /** The settings that differ, with the values of all. */
  facts: readonly Difference[];
  /** Its prompt, where they differ. */
  children: ComponentChildren;
}

/** What is different about one take of a comparison, and what can be done with it. */
export function Pane({ session, take, index, facts, children }: PaneProps) {
  const offline = useStore(session.state).liveness === "gone";
  const run = useOneAtATime();
  const act = (title: string, action: () => Promise<unknown>) => ({
    type: "button" as const,
    title,
    disabled: offline,
    onClick: run(action),
  });
  return (
    <article class="rk-pane-take" data-take={take.id} aria-label={`Take ${index + 1}`}>
      <div class="rk-player-prompt">{children}</div>
      <dl class="rk-differences rk-small">
        {facts.map(({ name, values }) => (
          <div key={name}>
            <dt class="rk-dim">{name}</dt>
            <dd>{values[index] || "unknown"}</dd>
          </div>
        ))}
      </dl>
      <div class="rk-player-actions">
        <button
          {...act("Pick this one", () => pick(session, take))}
          class="rk-button"
          aria-pressed={take.verdict === "picked"}
        >
          Pick <kbd class="rk-key">{index + 1}</kbd>
        </button>
        <button
          {...act("Load this take's prompt, images and settings", () =>
            recall(session, take, { seed: true }),
          )}
          class="rk-button"
        >
          Reuse settings
        </button>
      </div>
    </article>
  );
}
