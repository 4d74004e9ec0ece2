import { fieldsOf, shown } from "../fields";
import type { Endpoint, JSONValue, Take } from "../protocol";
import { NBSP, pixels, spoken } from "../words";

/** A setting, with what each take has for it. */
export interface Fact {
  name: string;
  values: string[];
  /** Its value alone says what it is. */
  plain: boolean;
}

/** What differs between takes, and what all of them share. Their prompts are not looked at. */
export interface Facts {
  differing: Fact[];
  shared: Fact[];
}

const NOT_SET = "not set";

export function factsOf(takes: readonly Take[], endpoints: readonly Endpoint[]): Facts {
  const names = (of: (take: Take) => object) => [...new Set(takes.flatMap((take) => Object.keys(of(take))))];
  const all = (name: string, value: (take: Take) => string, plain = false): Fact => ({
    name,
    values: takes.map(value),
    plain,
  });
  const models = new Set(takes.map((take) => take.endpoint)).size;
  const titles = new Set(takes.map((take) => take.title)).size;
  const facts = [
    // Two tasks of one model have one title.
    all("Model", (take) => (models > titles ? take.endpoint : take.title), true),
    all("Length", length, true),
    all("Size", (take) => (take.width && take.height ? pixels(take.width, take.height) : ""), true),
    ...names((take) => take.settings)
      // The file's own length says more than the one that was asked for.
      .filter((name) => name !== "duration" || takes.some((take) => take.duration === null))
      .map((name) => all(label(name, takes, endpoints), (take) => setting(take, name, endpoints))),
    ...names((take) => take.images).map((slot) => image(slot, takes)),
  ];
  const differs = ({ values }: Fact) => values.some((value) => value !== values[0]);
  return {
    differing: facts.filter(differs),
    shared: facts.filter((fact) => !differs(fact) && fact.values[0]),
  };
}

/** A fact that all share, in words. */
export function said({ name, values, plain }: Fact): string {
  return plain ? (values[0] ?? "") : `${name} ${values[0]}`;
}

function length(take: Take): string {
  return take.duration === null ? "" : `${Number(take.duration.toFixed(1))}${NBSP}s`;
}

function field(take: Take, name: string, endpoints: readonly Endpoint[]) {
  const endpoint = endpoints.find(({ id }) => id === take.endpoint);
  return endpoint && fieldsOf(endpoint).find((one) => one.name === name);
}

function label(name: string, takes: readonly Take[], endpoints: readonly Endpoint[]): string {
  for (const take of takes) {
    const known = field(take, name, endpoints);
    if (known) return known.label;
  }
  return spoken(name);
}

function setting(take: Take, name: string, endpoints: readonly Endpoint[]): string {
  const value: JSONValue | undefined = take.settings[name];
  if (value === undefined || value === null) return NOT_SET;
  const known = field(take, name, endpoints);
  if (known) return shown(known, value);
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Which take began with which image; the images have no names here, so they get letters. */
function image(slot: string, takes: readonly Take[]): Fact {
  const digests = [...new Set(takes.flatMap((take) => take.images[slot] ?? []))];
  const values = takes.map((take) => {
    const digest = take.images[slot];
    if (digest === undefined) return "none";
    return digests.length > 1
      ? `image ${String.fromCharCode(65 + digests.indexOf(digest))}`
      : `the ${slot} image`;
  });
  return { name: `${spoken(slot)} image`, values, plain: true };
}
