import { useState } from "preact/hooks";
import { useStore } from "../../store";
import { useId } from "../../view/use-id";
import { NoImage } from "../images/NoImage";
import { SlotField } from "../images/SlotField";
import { late } from "../late/late";
import { useShownForm } from "../loading/useShownForm";
import { edit } from "../model/drafts";
import type { Session } from "../model/session";
import { chosenEndpoint } from "../model/state";
import { OutputChoice } from "../outputs/OutputChoice";
import { isPictured, placesOf } from "../outputs/pick";
import { Foot, Go, press } from "./Go";
import { Meter } from "./Meter";
import { Options } from "./Options";
import { Prompt } from "./Prompt";
import { Words } from "./Words";

const Correction = late((parts) => parts.Correction);

/**
 * The form: image, prompt, model, options, and the one button that costs money.
 *
 * Each part has its place and its height, whatever the model, the image or the kernel has to say: nothing in it moves
 * unless a person unfolds something.
 */
export function Compose(props: { session: Session; dragging: boolean }) {
  const { session } = props;
  const state = useStore(session.state);
  const id = useId();
  const form = useShownForm(session);
  const [correcting, setCorrecting] = useState(false);
  const endpoint = chosenEndpoint(state);
  if (!endpoint) return <div class="rk-section rk-dim">The catalogue has no endpoint to offer.</div>;

  const pictured = isPictured(endpoint.output);
  const problem = state.outcome?.kind === "problem" ? state.outcome : null;
  const [main, ...others] = placesOf(state, endpoint);
  const written = endpoint.prompt;

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape" && state.outcome?.kind === "many" && !event.defaultPrevented) {
      event.preventDefault();
      edit(session, {});
    }
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    // Keys that are held down have not read what the button says now.
    if (!event.repeat) press(session);
  }

  return (
    <form
      ref={form}
      class={`rk-section rk-compose${pictured ? "" : " rk-compose-words"}`}
      onKeyDown={onKeyDown}
      // Enter in a field would send the form, and pay. Only the button and its keys do.
      onFocusIn={() => session.writing.in(true)}
      onFocusOut={() => session.writing.in(false)}
      onSubmit={(event) => event.preventDefault()}
    >
      <OutputChoice session={session} />
      {pictured ? (
        <div class="rk-images">
          {main ? (
            <SlotField session={session} endpoint={endpoint} slot={main} dragging={props.dragging} />
          ) : (
            <NoImage session={session} endpoint={endpoint} />
          )}
        </div>
      ) : (
        <div class="rk-image-main rk-room" aria-hidden="true" />
      )}
      <div class="rk-ask">
        {written ? (
          <Prompt
            session={session}
            field={written}
            id={`${id}prompt`}
            problemId={
              problem?.field === written.name
                ? `${id}outcome`
                : state.plan && "problem" in state.plan
                  ? `${id}plan-problem`
                  : undefined
            }
          />
        ) : null}
        <Options session={session} endpoint={endpoint} problem={problem} problemId={`${id}outcome`}>
          {others.map((slot) => (
            <SlotField
              key={slot.slot}
              session={session}
              endpoint={endpoint}
              slot={slot}
              dragging={false}
              compact
            />
          ))}
        </Options>
        <Meter session={session} id={`${id}meter`} />
        <Go session={session} describedBy={`${id}meter ${id}basis ${id}limit`} />
        <Foot session={session} id={`${id}basis`} />
      </div>
      <Words
        session={session}
        endpoint={endpoint}
        outcomeId={`${id}outcome`}
        problemId={`${id}plan-problem`}
        limitId={`${id}limit`}
        correcting={correcting}
        panel={`${id}correct`}
        onCorrect={() => setCorrecting(!correcting)}
      />
      <div id={`${id}correct`} class="rk-correct rk-small" hidden={!correcting}>
        {correcting ? <Correction session={session} endpoint={endpoint} /> : null}
      </div>
    </form>
  );
}
