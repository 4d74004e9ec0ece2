import { kindOf } from "../../kernel/kind-of";
import type { Endpoint, ImageSlot } from "../../kernel/protocol";
import { chosenEndpoint, type StudioState } from "../model/state";

/** What can be made, in the words that a person chooses it by. */
export const OUTPUTS = { video: "Video", image: "Image", audio: "Speech", boxes: "Boxes" } as const;

export type Output = keyof typeof OUTPUTS;

type Told = Pick<StudioState, "endpoints" | "draft">;

/** Whether it is one of the four: a catalogue may have more. */
export const isOutput = (output: string): output is Output => output in OUTPUTS;

/** What the form makes. */
export function outputOf(state: Told): Output {
  const output = chosenEndpoint(state)?.output ?? "video";
  return isOutput(output) ? output : "video";
}

/** Whether there is a model for it. */
export const canMake = ({ endpoints }: Pick<Told, "endpoints">, output: Output): boolean =>
  endpoints.some((endpoint) => endpoint.output === output);

/** Why nothing of it can be made. */
export const noneFor = (output: Output): string =>
  `Your account's list has no model for ${OUTPUTS[output].toLowerCase()}.`;

/** Whether an image is there to begin with. */
export const hasStart = ({ images }: Pick<StudioState, "images">): boolean =>
  images.some(({ slot }) => slot === "start");

/** Whether an endpoint takes an image to begin with. */
export const takesImage = ({ images }: Endpoint): boolean => images.some(({ slot }) => slot === "start");

/** Whether a model of this output takes an image, so that there is a place for one. */
export const hasPlace = ({ endpoints }: Pick<Told, "endpoints">, output: string): boolean =>
  endpoints.some((endpoint) => endpoint.output === output && takesImage(endpoint));

/** Whether an output has to do with pictures at all, so that the form keeps room for one: speech has not. */
export function isPictured(output: string): boolean {
  const { is_image, has_boxes } = kindOf(output);
  return is_image || has_boxes;
}

/** The slot of the endpoint that takes what lies in a slot of the form: "start#2" is a further image of "start". */
export function slotFor({ images }: Endpoint, slot: string): ImageSlot | undefined {
  const [base, further] = slot.split("#");
  return images.find((has) => has.slot === base && (further === undefined || has.many));
}

/** So many images are offered for a slot that takes many. */
export const MOST = 6;

/**
 * The form's places for images, the main one first.
 *
 * There is a place though the endpoint at hand takes no image, as another one does: adding the image turns to it. A slot
 * that takes many has places for those that are there, and for the next.
 */
export function placesOf(
  state: Told & Pick<StudioState, "images" | "uploads">,
  endpoint: Endpoint,
): ImageSlot[] {
  const [main, ...others] = endpoint.images;
  if (!main) {
    const place = { slot: "start", title: "Image", required: false, many: false };
    return !hasStart(state) && hasPlace(state, endpoint.output) ? [place] : [];
  }
  if (!main.many || !hasStart(state)) return [main, ...others];
  const taken = new Set([...state.images.map(({ slot }) => slot), ...Object.keys(state.uploads)]);
  const further = Array.from({ length: MOST - 1 }, (_, index) => `${main.slot}#${index + 2}`);
  const next = further.find((slot) => !taken.has(slot));
  const shown = further.filter((slot) => taken.has(slot) || slot === next);
  const places = shown.map((slot, index) => ({
    slot,
    title: `Reference image ${index + 2}`,
    required: false,
    many: false,
  }));
  return [main, ...others, ...places];
}

/** Whether an endpoint makes this output of what is there: of an image, or of words alone. */
export function serves(endpoint: Endpoint, output: string, withImage: boolean): boolean {
  if (endpoint.output !== output) return false;
  if (withImage) return takesImage(endpoint);
  return !endpoint.images.some(({ slot, required }) => slot === "start" && required);
}

/**
 * The endpoint that makes an output with an image or without one: of the same model where the account has it for that
 * task, else the default of the task. Where nothing serves, one of that output that wants something else; undefined
 * where nothing makes it at all.
 */
export function pick(
  { endpoints }: Pick<Told, "endpoints">,
  output: string,
  withImage: boolean,
  model: string | undefined,
): Endpoint | undefined {
  const making = endpoints.filter((endpoint) => endpoint.output === output);
  const able = making.filter((endpoint) => serves(endpoint, output, withImage));
  const of = (list: Endpoint[]) => {
    const present = list.filter(({ absent }) => !absent);
    return (
      present.find((one) => one.model === model) ??
      present.find((one) => one.default) ??
      present[0] ??
      list.find((one) => one.model === model) ??
      list[0]
    );
  };
  return of(able) ?? of(making);
}

/** The models to choose from: those that the account has for what is there, and what the form has now. */
export function choices(state: Told & Pick<StudioState, "images">, endpoint: Endpoint): Endpoint[] {
  const withImage = hasStart(state);
  return state.endpoints.filter(
    (one) => one.task === endpoint.task || serves(one, endpoint.output, withImage),
  );
}
