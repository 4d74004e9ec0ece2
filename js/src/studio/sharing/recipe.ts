import { textOf } from "../../kernel/base64";

/** What a recipe begins with, in a file of any kind. */
const MARK = '{"reka_recipe":';
/** Bytes at a file's beginning and at its end that are searched, and the most that a recipe has. */
const HEAD = 2 ** 17;
const TAIL = 2 ** 18;
const LONGEST = 64_000;
/** Bytes before a recipe in a GIF, which say how it is written. */
const BEFORE = 3;

/** The part of a file that holds its recipe, as base64; null if there is none. A film is not read whole. */
export async function recipeIn(file: File): Promise<string | null> {
  const end = [Math.max(HEAD, file.size - TAIL), file.size] as const;
  for (const [from, to] of [end, [0, HEAD] as const]) {
    // A letter for each byte.
    const text = new TextDecoder("latin1").decode(await file.slice(from, to).arrayBuffer());
    const at = text.startsWith("ID3") ? text.indexOf(MARK) : text.lastIndexOf(MARK);
    if (at < 0) continue;
    const start = from + at;
    return textOf(await file.slice(Math.max(0, start - BEFORE), start + LONGEST).arrayBuffer());
  }
  return null;
}
