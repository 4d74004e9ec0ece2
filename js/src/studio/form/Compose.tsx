import { useState } from "preact/hooks";
import { settingsFor } from "../../form-values";
import { useStore } from "../../store";
import { useId } from "../../view/use-id";
import { ServiceNotice } from "../first/ServiceNotice";
import { SlotField } from "../images/SlotField";
import { useShownForm } from "../loading/useShownForm";
import { generate } from "../model/actions";
import { edit } from "../model/drafts";
import type { Session } from "../model/session";
import { chosenEndpoint } from "../model/state";
import { Assumed, Correction } from "./Assumed";
import { Options } from "./Options";
import { OutcomeNotice } from "./Outcome";
import { buttonWords, PlanLine, PlanProblem } from "./PlanLine";
import { Prompt } from "./Prompt";

const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The form: image, prompt, model, options, and the one button that costs money. */
export function Compose(props: { session: Session; dragging: boolean }) {
  const { session } = props;
  const state = useStore(session.state);
  const id = useId();
  const form = useShownForm(session);
  const [correcting, setCorrecting] = useState(false);
  const endpoint = chosenEndpoint(state);
  if (!endpoint) return <div class="rk-section rk-dim">The catalogue has no endpoint to offer.</div>;

  const problem = state.outcome?.kind === "problem" ? state.outcome : null;
  const [main, ...others] = endpoint.images;
  const written = endpoint.prompt;
  const offline = state.liveness === "gone";
  const busy = state.sending || offline;
  const { count, price } = buttonWords(state);
  const old = state.plan && "old" in state.plan && state.plan.old;
  const sandboxWords = price.includes("$") ? "Sandbox: not real money." : "Sandbox: no charge.";

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    void generate(session);
  }

  return (
    <form
      ref={form}
      class={`rk-section rk-compose${main ? "" : " rk-compose-plain"}`}
      onKeyDown={onKeyDown}
      // Enter in a field would send the form, and pay. Only the button and its keys do.
      onFocusIn={() => session.writing.in(true)}
      onFocusOut={() => session.writing.in(false)}
      onSubmit={(event) => event.preventDefault()}
    >
      <ServiceNotice session={session} />
      {main ? (
        <div class="rk-images">
          <SlotField session={session} endpoint={endpoint} slot={main} dragging={props.dragging} />
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
        </div>
      ) : null}
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
        <PlanProblem session={session} id={`${id}plan-problem`} />
        <Options session={session} endpoint={endpoint} problem={problem} problemId={`${id}outcome`} />
        <div id={`${id}outcome`}>
          <OutcomeNotice session={session} />
        </div>
        {endpoint.note ? <div class="rk-small rk-dim">{endpoint.note}</div> : null}
        <div class="rk-send">
          <div class="rk-send-words rk-small rk-dim">
            {state.service.sandbox ? <span id={`${id}sandbox`}>{sandboxWords}</span> : null}{" "}
            <Assumed
              endpoint={endpoint}
              open={correcting}
              panel={`${id}correct`}
              onToggle={() => setCorrecting(!correcting)}
            />{" "}
            {Object.keys(settingsFor(endpoint.fields, state.draft.wanted)).length ? (
              <button type="button" class="rk-quiet rk-reset" onClick={() => edit(session, { wanted: {} })}>
                Reset the options
              </button>
            ) : null}
          </div>
          <button
            type="button"
            class="rk-button rk-go"
            aria-describedby={`${id}plan ${id}sandbox`}
            aria-disabled={busy}
            onClick={() => generate(session)}
          >
            <span>
              {state.sending ? "Sending" : "Generate"}
              {count}
              {price ? (
                <span class={`rk-price${old ? " rk-old" : ""}`}>
                  {" · "}
                  {price}
                </span>
              ) : null}
            </span>
            <span class="rk-keys" aria-hidden="true">
              {APPLE ? "⌘⏎" : "Ctrl ⏎"}
            </span>
          </button>
          <PlanLine session={session} endpoint={endpoint} id={`${id}plan`} />
        </div>
        <div id={`${id}correct`} class="rk-correct rk-small" hidden={!correcting}>
          {correcting ? (
            <Correction endpoint={endpoint} said={(said) => session.state.set({ said })} />
          ) : null}
        </div>
      </div>
    </form>
  );
}
