import { fitting, shown } from "../../form-values";
import type { Endpoint, Field, JSONValue } from "../../kernel/protocol";
import { chosenEndpoint, otherEndpoints, type StudioState } from "../model/state";

/**
 * What the models that are asked do otherwise than the form says, a sentence for each of them.
 *
 * What is set and does not fit a model is not sent to it, so it would silently make something else: "Veo 3.1: 8 s, it has
 * no 5 s". Beside others, a model's own defaults count too: films of 5 s and of 8 s are hard to compare.
 */
export function differing(state: Pick<StudioState, "endpoints" | "draft" | "images">): string[] {
  const endpoint = chosenEndpoint(state);
  if (!endpoint) return [];
  const others = otherEndpoints(state);
  return [endpoint, ...others].flatMap((one) => {
    const parts = [
      ...Object.entries(state.draft.wanted).flatMap(([name, value]) =>
        unfit(state.endpoints, one, name, value),
      ),
      ...(one === endpoint ? [] : ownDefaults(endpoint, one, state.draft.wanted)),
      ...(others.length ? unseenImages(state, endpoint, one) : []),
    ];
    return parts.length ? [`${one.title}: ${parts.join("; ")}`] : [];
  });
}

function unfit(endpoints: Endpoint[], endpoint: Endpoint, name: string, value: JSONValue): string[] {
  const field = endpoint.fields.find((has) => has.name === name);
  if (!field) {
    const elsewhere = endpoints.flatMap(({ fields }) => fields.find((has) => has.name === name) ?? [])[0];
    // Off, or nothing written, is what a model without the option does anyway.
    if (!elsewhere || value === false || value === "" || fitting(elsewhere, value) === undefined) return [];
    return [`no ${elsewhere.label.toLowerCase()}`];
  }
  const lacking = [value].flat().filter((one) => fitting(field, one) === undefined);
  if (!lacking.length) return [];
  const words = lacking.map((one) => shown(field, one)).join(", ");
  const taken = [fitting(field, value) ?? []].flat();
  const instead = taken.length ? undefined : field.default;
  return [instead != null ? `${shown(field, instead)}, it has no ${words}` : `no ${words}`];
}

/** Where nothing is chosen, each model does what it is used to. */
function ownDefaults(own: Endpoint, other: Endpoint, wanted: { [name: string]: JSONValue }): string[] {
  return other.fields.flatMap((field) => {
    const same = own.fields.find(({ name }) => name === field.name);
    if (!same || !field.prominent || wanted[field.name] !== undefined) return [];
    if (same.default === null || field.default === null) return [];
    if (fitting(field, same.default) === field.default) return [];
    return [
      `${named(field, field.default)}${fitting(field, same.default) === undefined ? `, it has no ${shown(field, same.default)}` : ""}`,
    ];
  });
}

function named(field: Field, value: JSONValue): string {
  return field.unit ? shown(field, value) : `${field.label.toLowerCase()} ${shown(field, value)}`;
}

/** Images that the form sends to its own model and that another has no place for. */
function unseenImages({ images }: Pick<StudioState, "images">, own: Endpoint, other: Endpoint): string[] {
  return own.images.flatMap(({ slot, title }) =>
    images.some((image) => image.slot === slot) && !other.images.some((has) => has.slot === slot)
      ? [`no ${title.toLowerCase()}`]
      : [],
  );
}
