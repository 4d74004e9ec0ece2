import type { Field, JSONValue } from "./kernel/protocol";

/** A value in words: "5" with the unit "s" and "5s" are both "5 s". */
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

/** What a person has chosen, by field; it may hold more than the endpoint at hand takes. */
export type Wanted = { [name: string]: JSONValue };

/**
 * A wanted value as this field takes it, or undefined where it does not fit.
 *
 * "8", 8 and "8s" are the same wish: going from one model to another keeps it in the other's spelling. Of several
 * wanted values, those that fit; of a choice, in its order.
 */
export function fitting(field: Field, value: JSONValue | undefined): JSONValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    const fit = value.filter((one) => !Array.isArray(one)).map((one) => fitting(field, one));
    if (field.kind === "choice") return field.choices.filter((choice) => fit.includes(choice));
    const several = [...new Set(fit)].filter((one) => one !== undefined);
    return several.length ? several : undefined;
  }
  switch (field.kind) {
    case "choice":
      return (
        field.choices.find((choice) => choice === value) ??
        field.choices.find((choice) => bare(field, choice) === bare(field, value))
      );
    case "switch":
      return typeof value === "boolean" ? value : undefined;
    case "number": {
      const number = typeof value === "string" ? exact(value) : value;
      return typeof number === "string" || (typeof number === "number" && Number.isFinite(number))
        ? number
        : undefined;
    }
    case "text":
      return typeof value === "string" && value.trim() ? value : undefined;
  }
}

/**
 * The number that a text says; its digits where a number here would be another, or undefined where it says none.
 *
 * Integers beyond 2^53 are not exact in JavaScript, and 1.0 is 1: either would be another request, and another charge.
 */
export function exact(text: string): number | string | undefined {
  const digits = text.trim();
  const number = Number(digits);
  if (digits === "" || !Number.isFinite(number)) return undefined;
  const other = Number.isInteger(number) && (!Number.isSafeInteger(number) || digits.includes("."));
  return other ? digits : number;
}

/**
 * The settings to send: of what is wanted, what fits; several values of one option as a list.
 *
 * Defaults are not among them. A default may be only assumed, and the service knows its own.
 */
export function settingsFor(fields: Field[], wanted: Wanted): { [name: string]: JSONValue } {
  const settings: { [name: string]: JSONValue } = {};
  for (const field of fields) {
    const value = fitting(field, wanted[field.name]);
    if (Array.isArray(value)) {
      if (value[0] !== undefined) settings[field.name] = value.length > 1 ? value : value[0];
    } else if (value !== undefined) settings[field.name] = value;
  }
  return settings;
}

/** Why a number would be refused, in words; undefined when it would not. */
export function outOfRange(field: Field, value: JSONValue | undefined): string | undefined {
  if (field.kind !== "number" || (typeof value !== "number" && typeof value !== "string")) return undefined;
  const number = Number(value);
  if (field.integer && !Number.isInteger(number)) return `${field.label} is a whole number.`;
  const { minimum, maximum } = field;
  if ((minimum === undefined || number >= minimum) && (maximum === undefined || number <= maximum))
    return undefined;
  if (minimum !== undefined && maximum !== undefined)
    return `${field.label} lies between ${minimum} and ${maximum}.`;
  return minimum !== undefined
    ? `${field.label} is ${minimum} or more.`
    : `${field.label} is ${maximum} or less.`;
}
