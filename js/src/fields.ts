import type { Endpoint, InputField, JSONValue } from "./protocol";
import { spoken } from "./words";

/** One option of an endpoint, as it is drawn: a select, a switch, a number or a text. */
export interface Field {
  name: string;
  label: string;
  description: string | undefined;
  kind: "choice" | "switch" | "number" | "text";
  /** The values to choose from; empty unless `kind` is "choice". */
  choices: JSONValue[];
  default: JSONValue | undefined;
  unit: string | undefined;
  minimum: number | undefined;
  maximum: number | undefined;
  integer: boolean;
  assumed: boolean;
  required: boolean;
  /** Drawn in the row under the prompt; the others are under "More". */
  prominent: boolean;
}

/** Fields that hold what is written in the prompt's editor. */
const PROMPTS = ["prompt", "text"];

/** A range of integers this small is a choice. */
const SMALL_RANGE = 10;

/** The name of the field that takes the prompt, or undefined where the endpoint takes none. */
export function promptField(endpoint: Endpoint): string | undefined {
  return PROMPTS.find((name) => endpoint.schema.properties?.[name]);
}

export function promptRequired(endpoint: Endpoint): boolean {
  const name = promptField(endpoint);
  return name !== undefined && (endpoint.schema.required ?? []).includes(name);
}

/**
 * The endpoint's options in the order of its schema.
 *
 * A field of a kind that cannot be drawn (a list, an object) is left out, so that the others can be used.
 */
export function fieldsOf(endpoint: Endpoint): Field[] {
  return Object.entries(endpoint.schema.properties ?? {}).flatMap(([name, schema]) => {
    if (PROMPTS.includes(name)) return [];
    const kind = kindOf(schema);
    if (!kind) return [];
    const required = (endpoint.schema.required ?? []).includes(name);
    return {
      name,
      label: schema.title ?? spoken(name),
      description: schema.description,
      kind,
      choices: kind === "choice" ? choicesOf(schema) : [],
      default: schema.default,
      unit: schema["x-unit"],
      minimum: schema.minimum,
      maximum: schema.maximum,
      integer: typesOf(schema).includes("integer"),
      assumed: endpoint.assumed.includes(name),
      required,
      prominent: required || kind === "choice" || kind === "switch",
    };
  });
}

function typesOf(schema: InputField): string[] {
  return typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
}

function kindOf(schema: InputField): Field["kind"] | undefined {
  const types = typesOf(schema);
  if (choicesOf(schema).length) return "choice";
  if (types.includes("boolean")) return "switch";
  if (types.includes("integer") || types.includes("number")) return "number";
  if (types.includes("string") || (!types.length && typeof schema.default === "string")) return "text";
  return undefined;
}

function choicesOf(schema: InputField): JSONValue[] {
  if (schema.enum?.length) return schema.enum;
  const { minimum, maximum } = schema;
  if (!typesOf(schema).includes("integer") || minimum === undefined || maximum === undefined) return [];
  if (maximum < minimum || maximum - minimum >= SMALL_RANGE) return [];
  return Array.from({ length: maximum - minimum + 1 }, (_, step) => minimum + step);
}

/** A value as it is read: "5" with the unit "s" and "5s" are both "5 s". */
export function shown(field: Field, value: JSONValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "on" : "off";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (!field.unit) return text;
  const number = bare(field, value);
  return number !== "" && Number.isFinite(Number(number)) ? `${number} ${field.unit}` : text;
}

/** The value without its unit, in one spelling. */
export function bare(field: Pick<Field, "unit">, value: JSONValue): string {
  const text = String(value).trim().toLowerCase();
  const unit = field.unit?.toLowerCase();
  return unit && text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text;
}
