/** A piece of a prompt; `differs` where not all the prompts have it. All pieces together are the prompt. */
export interface Piece {
  text: string;
  differs: boolean;
}

// What is compared: words, single marks, and single signs of writing without spaces. Spaces are not compared.
// `reka_notebook/notebook/words.py` does the same in Python, and both are held to one file of cases.
const SPACE = " \\t\\n\\r\\f\\v\\u00a0\\u2000-\\u200a\\u202f\\u3000";
const SIGN = "\\u3001-\\u303f\\u3040-\\u30ff\\u3400-\\u9fff\\uff01-\\uff0f";
const MARK = "!-&(-,./:-@\\[-^`{-~";
const TOKENS = new RegExp(`[${SPACE}]+|[${SIGN}]|[${MARK}]|[^${SPACE}${SIGN}${MARK}]+`, "gu");
const SPACES = new RegExp(`^[${SPACE}]+$`, "u");

/** More pairs of words than this are not compared one by one: all that lies between equal ends then differs. */
const MOST = 1_000_000;

/** The prompts, with what is not in all of them marked. */
export function differences(prompts: readonly string[]): Piece[][] {
  const tokens = prompts.map((prompt) => prompt.match(TOKENS) ?? []);
  const words = tokens.map((all) => all.filter((token) => !SPACES.test(token)));
  const common = words.reduce((so, next) => matches(so, next).map(([place]) => so[place] ?? ""));
  return tokens.map((all, prompt) => {
    const same = new Set(matches(common, words[prompt] ?? []).map(([, place]) => place));
    return pieces(all, same);
  });
}

/** The places of a longest common sequence, in order. */
function matches(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const found: [number, number][] = Array.from({ length: start }, (_, place) => [place, place]);
  const [height, width] = [a.length - end - start, b.length - end - start];
  if (height * width <= MOST) {
    // best[y][x]: how many are common from there on.
    const best = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1));
    const at = (y: number, x: number) => best[y]?.[x] ?? 0;
    for (let y = height - 1; y >= 0; y--)
      for (let x = width - 1; x >= 0; x--)
        (best[y] as Uint32Array)[x] =
          a[start + y] === b[start + x] ? at(y + 1, x + 1) + 1 : Math.max(at(y + 1, x), at(y, x + 1));
    for (let y = 0, x = 0; y < height && x < width; )
      if (a[start + y] === b[start + x]) found.push([start + y++, start + x++]);
      else if (at(y + 1, x) >= at(y, x + 1)) y++;
      else x++;
  }
  for (let place = end; place > 0; place--) found.push([a.length - place, b.length - place]);
  return found;
}

/** Words that stand together become one piece, with the spaces between those that differ. */
function pieces(tokens: readonly string[], same: ReadonlySet<number>): Piece[] {
  const all: Piece[] = [];
  const add = (text: string, differs: boolean) => {
    const last = all.at(-1);
    if (text && last?.differs === differs) last.text += text;
    else if (text) all.push({ text, differs });
  };
  let word = 0;
  let space = "";
  for (const token of tokens) {
    if (SPACES.test(token)) {
      space = token;
      continue;
    }
    const differs = !same.has(word++);
    add(space, differs && all.at(-1)?.differs === true);
    add(token, differs);
    space = "";
  }
  add(space, false);
  return all;
}
