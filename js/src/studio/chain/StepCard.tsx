import type { ChainStep } from "../../kernel/protocol";
import { Icon } from "../../view/Icon";
import { usePicture } from "../../view/usePicture";
import type { Session } from "../model/session";
import { goToStep } from "./going";
import type { Link } from "./links";
import { RedoStep } from "./RedoStep";

export interface StepCardProps {
  session: Session;
  step: ChainStep;
  /** To the step that it came from. */
  link: Link | null;
  tabStop: boolean;
  onFocus: () => void;
}

/** One step: what it looks like, how many takes it has, and whether one is picked. */
export function StepCard({ session, step, link, tabStop, onFocus }: StepCardProps) {
  const { title, words, count, picked, older, why, redo, output } = step;
  const takes = step.image === null ? `${count} ${count === 1 ? "take" : "takes"}` : "";
  const said = [title, words, takes, picked ? "one picked" : "", older ? "based on an older pick" : ""];
  return (
    <li
      class={`rk-step${link?.lane ? " rk-step-branch" : link ? " rk-step-on" : ""}`}
      data-step={step.id}
      data-older={older}
      style={link ? { "--rk-span": link.span, "--rk-lane": link.lane } : undefined}
      onFocusIn={onFocus}
    >
      <button
        type="button"
        class="rk-step-card"
        aria-current={step.open ? "step" : undefined}
        title={[words, why].filter(Boolean).join("\n\n")}
        tabIndex={tabStop ? 0 : -1}
        onClick={() => goToStep(session, step)}
      >
        <span class="rk-step-picture" data-kind={output}>
          <StepPicture session={session} step={step} />
        </span>
        <span class="rk-unseen">{said.filter(Boolean).join(", ")}</span>
        <span class="rk-step-title" aria-hidden="true">
          <b>{title}</b>
          {older ? (
            <span key="older" class="rk-step-older">
              <Icon name="warning" />
              older pick
            </span>
          ) : (
            <span key="count" class="rk-step-count rk-small rk-dim">
              {takes}
              {picked ? <Icon name="check" /> : null}
            </span>
          )}
        </span>
        {redo ? null : (
          <span class="rk-step-words rk-small rk-dim" aria-hidden="true">
            {words}
          </span>
        )}
      </button>
      {redo ? <RedoStep {...{ session, step, tabStop }} redo={redo} /> : null}
    </li>
  );
}

function StepPicture({ session, step }: { session: Session; step: ChainStep }) {
  const given = usePicture(session.previews, step.image);
  const made = usePicture(session.posters, step.image === null ? step.picture : null);
  const picture = given ?? made;
  if (picture) return <img src={picture} alt="" draggable={false} decoding="async" />;
  return given === null || made === null ? null : <Icon name={step.output === "audio" ? "sound" : "image"} />;
}
