import { outOfRange, settingsFor } from "../../form-values";
import type { Fields } from "../../kernel/connection";
import type { Endpoint } from "../../kernel/protocol";
import { serves, slotFor } from "../outputs/pick";
import { framesOf } from "./frames";
import { type Outcome, otherEndpoints, type StudioState } from "./state";

/** Stands for the API key among the fields that something may be wrong with. */
export const KEY_FIELD = "api_key";

/** The request that the form stands for. */
export function requestOf(
  state: StudioState,
  endpoint: Endpoint,
  again: boolean,
): Fields<"generate"> & Pick<Fields<"plan">, "models" | "left_out"> {
  const images = state.images.filter((image) => slotFor(endpoint, image.slot));
  const frames = framesOf(state, endpoint, images);
  const models = otherEndpoints(state).map((other) => ({
    endpoint: other.id,
    settings: settingsFor(other.fields, state.draft.wanted),
  }));
  return {
    endpoint: endpoint.id,
    prompt: endpoint.prompt ? state.draft.prompt.trim() : "",
    settings: settingsFor(endpoint.fields, state.draft.wanted),
    images: Object.fromEntries(images.map((image) => [image.slot, image.digest])),
    again,
    ...(frames ? { frames } : {}),
    ...(models.length ? { models } : {}),
    ...(state.draft.leftOut?.length ? { left_out: state.draft.leftOut } : {}),
  };
}

/** Whether a request is to be read for alternatives, or has an option with several values. */
export function makesSeveral(fields: Pick<Fields<"plan">, "prompt" | "settings" | "models">): boolean {
  return (
    Boolean(fields.models) ||
    fields.prompt.includes("{{") ||
    Object.values(fields.settings).some(Array.isArray)
  );
}

/** What keeps the form from being sent, in words; undefined when nothing does. The kernel checks it all again. */
export function missing(state: StudioState, endpoint: Endpoint): (Outcome & { kind: "problem" }) | undefined {
  if (state.service.lacks_key) return problem(KEY_FIELD, "Add your API key first, or try the sandbox.");
  const under = Object.entries(state.uploads).find(([slot, { error }]) => !error && slotFor(endpoint, slot));
  if (under) return problem(under[0], "Still uploading. Try again in a moment.");
  for (const image of endpoint.images) {
    if (image.required && !state.images.some((has) => has.slot === image.slot))
      return problem(
        image.slot,
        `${endpoint.title} needs ${wanting(endpoint, image.title)}.${otherwise(state, endpoint)}`,
      );
  }
  if (endpoint.prompt?.required && !state.draft.prompt.trim())
    return problem("prompt", UNWRITTEN[endpoint.output] ?? "Write a prompt first.");
  const settings = settingsFor(endpoint.fields, state.draft.wanted);
  for (const field of endpoint.fields) {
    const refusal = outOfRange(field, settings[field.name]);
    if (refusal) return problem(field.name, refusal);
    if (field.required && settings[field.name] === undefined && field.default === null)
      return problem(field.name, `${field.label} is needed.`);
  }
  return undefined;
}

function wanting(endpoint: Endpoint, title: string): string {
  return endpoint.images.length === 1 ? "an image" : `its ${title.toLowerCase()}`;
}

/** What else can be done where there is no image. */
function otherwise(state: StudioState, { output }: Endpoint): string {
  const alone = state.endpoints.some((one) => !one.absent && serves(one, output, false));
  return alone ? " Or choose a model that makes it from text." : "";
}

const UNWRITTEN: { [output: string]: string } = {
  audio: "Write what should be said first.",
  boxes: "Write what to find first.",
};

function problem(field: string, message: string) {
  return { kind: "problem" as const, field, message };
}
