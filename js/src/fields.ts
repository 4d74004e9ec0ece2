import type { Field, JSONValue } from "./protocol";

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
