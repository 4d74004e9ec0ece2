/**
 * The letter or digit that a key means, in lower case; empty for any other.
 *
 * Not every keyboard has these letters, nor digits without Shift: there, the place of the key tells.
 */
export function typedBy({ key, code, shiftKey }: KeyboardEvent): string {
  if (/^\d$/.test(key)) return key;
  if (shiftKey) return "";
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const [, placed = ""] = code.match(/^(?:Key|Digit)(.)$/) ?? [];
  return key.length === 1 ? placed.toLowerCase() : "";
}
