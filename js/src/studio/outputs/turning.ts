import { fitting } from "../../form-values";
import { kindOf } from "../../kernel/kind-of";
import type { Endpoint } from "../../kernel/protocol";
import { putBack } from "../model/images";
import { attempt, type Session } from "../model/session";
import { beforeOf, chosenEndpoint, type Draft, type StudioState } from "../model/state";
import { meant } from "./following";
import { canMake, hasStart, isPictured, noneFor, OUTPUTS, type Output, outputOf, pick, serves } from "./pick";

/**
 * A person chooses what to make. What was there for it comes back; the first time, what is there now goes along as far
 * as it fits, and the rest is said, with Undo.
 */
export function turn(session: Session, output: Output): void {
  const { state } = session;
  const now = state.get();
  if (outputOf(now) === output) return;
  if (!canMake(now, output)) {
    const message = `${noneFor(output)} The model menu can refresh the list.`;
    state.set({ outcome: { kind: "told", message }, said: message });
    return;
  }
  const { draft, words, kept } = draftFor(session, output, hasStart(now));
  const title = chosenEndpoint({ ...now, draft })?.title ?? "";
  state.set({
    draft,
    outcome: words ? { kind: "loaded", message: words, before: beforeOf(now) } : null,
    said: `${OUTPUTS[output]} with ${title}. ${words}`.trim(),
  });
  // Where there is no place for images, those of before stay where they are.
  if (kept && isPictured(output)) void attempt(session, () => putBack(session, kept));
}

/**
 * What the form says for an output, and what of the form at hand stays behind, in words. `kept` is what stood there.
 *
 * `withImage`: what comes next has an image to begin with.
 */
export function draftFor(session: Session, output: Output, withImage: boolean, model?: string) {
  const now = session.state.get();
  const from = chosenEndpoint(now);
  const kept = session.remembered.of(output);
  if (kept) {
    const endpoint = now.endpoints.find(({ id }) => id === kept.draft.endpoint);
    if (endpoint) return { draft: kept.draft, words: "", kept };
  }
  const to = pick(now, output, withImage, model ?? meant(now.draft, from));
  return {
    draft: to ? carried(now, to) : now.draft,
    words: to && from ? left(now, from, to) : "",
    kept: undefined,
  };
}

/** The form for another endpoint, with what fits it. */
function carried(now: StudioState, to: Endpoint): Draft {
  const { draft } = now;
  const wanted = Object.entries(draft.wanted).filter(([name, value]) => fits(to, name, value));
  return {
    endpoint: to.id,
    prompt: sameWords(outputOf(now), to) ? draft.prompt : "",
    wanted: Object.fromEntries(wanted),
  };
}

/** What is to be seen is described alike; what is to be said, or found, is another kind of words. */
const sameWords = (from: Output, { output }: Endpoint) =>
  from === output || (kindOf(from).is_image && kindOf(output).is_image);

function fits(to: Endpoint, name: string, value: Draft["wanted"][string]): boolean {
  const field = to.fields.find((has) => has.name === name);
  const fit = field && fitting(field, value);
  return Array.isArray(fit) ? fit.length > 0 : fit !== undefined;
}

/** What the form has and the next does not take, in one line: "The prompt, duration and sound stay with Video." */
function left(now: StudioState, from: Endpoint, to: Endpoint): string {
  const own = outputOf(now);
  const takes = (slot: string) => to.images.some((has) => has.slot === slot);
  const parts = [
    ...now.images.flatMap(({ slot }) => {
      const has = from.images.find((one) => one.slot === slot);
      return has && !takes(slot) ? [has.title.toLowerCase()] : [];
    }),
    ...(now.draft.prompt.trim() && !sameWords(own, to) ? ["prompt"] : []),
    ...from.fields.flatMap(({ name, label }) => {
      const value = now.draft.wanted[name];
      return value !== undefined && value !== false && value !== "" && !fits(to, name, value)
        ? [label.toLowerCase()]
        : [];
    }),
    ...(now.draft.models?.length ? ["other models"] : []),
  ];
  const last = parts.pop();
  if (!last) return "";
  const listed = parts.length ? `${parts.join(", ")} and ${last}` : last;
  const stays = parts.length || last.endsWith("s") ? "stay" : "stays";
  return `The ${listed} ${stays} with ${OUTPUTS[own]}.`;
}

/** Turns the form to an output that begins with the image that has just come. */
export function turnWithImage(session: Session, output: Output, model?: string): void {
  const now = session.state.get();
  const own = outputOf(now) === output;
  const draft = own ? now.draft : draftFor(session, output, true, model).draft;
  const endpoint = chosenEndpoint({ ...now, draft });
  const to =
    endpoint && serves(endpoint, output, true) ? endpoint : pick(now, output, true, meant(draft, endpoint));
  session.state.set({
    draft: to && to !== endpoint ? { ...draft, endpoint: to.id, models: undefined } : draft,
  });
}
