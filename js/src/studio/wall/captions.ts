import { duration } from "../../format";
import type { Endpoint, JSONValue, Take } from "../../kernel/protocol";

/** A piece of a caption; all pieces together are the caption. */
export interface Piece {
  text: string;
  /** It is not so with a neighbour that is otherwise alike. */
  differs: boolean;
}

/** How much of two prompts must be the same for the rest to tell them apart. */
const ALIKE = 0.4;
/** Letters in the two lines below a picture. */
const ROOM = 44;
/** Letters of a prompt that are shown at least, whatever stands behind it. */
const LEAST = 20;
/** Words that are the same between two that differ, and are shown all the same. */
const BETWEEN = 3;
/** Comparisons of words beyond which all of it is taken to differ. */
const MOST = 40_000;

/** Says what tells a take from its neighbours: the words, the settings and the model that differ, in two lines. */
export function captionOf(take: Take, neighbours: readonly Take[], endpoints: readonly Endpoint[]): Piece[] {
  const words = wordsOf(take);
  const compared = neighbours.map((other) => ({ other, shared: sharedWords(words, wordsOf(other)) }));
  const alike = compared.filter(
    ({ other, shared }) => shared.size >= ALIKE * Math.max(words.length, wordsOf(other).length),
  );
  const others = alike.map(({ other }) => other);
  const differing = new Set(
    words.flatMap((_, at) => (alike.some(({ shared }) => !shared.has(at)) ? [at] : [])),
  );
  const facts = factsOf(take, others, neighbours, endpoints, differing.size > 0);
  const taken = facts.reduce((sum, { text }) => sum + text.length + 3, 0);
  const text = piecesOf(words, differing, Math.max(LEAST, ROOM - taken));
  const same = others.length > 0 && differing.size === 0;
  // Words that are all the same stand behind what is not.
  const [first, second] = same && facts.some(({ differs }) => differs) ? [facts, text] : [text, facts];
  return [
    ...separated(first),
    ...(first.length && second.length ? [plain("\u00a0· ")] : []),
    ...separated(second),
  ];

  function separated(pieces: Piece[]): Piece[] {
    return pieces === facts
      ? pieces.flatMap((piece, at) => (at ? [plain("\u00a0· "), piece] : [piece]))
      : pieces;
  }
}

const plain = (text: string): Piece => ({ text, differs: false });

const split = new WeakMap<Take, string[]>();
function wordsOf(take: Take): string[] {
  const known = split.get(take) ?? (take.prompt || take.file).trim().split(/\s+/);
  split.set(take, known);
  return known;
}

/** The positions of the words that a prompt shares with another, in its order: the longest such row of words. */
function sharedWords(words: string[], other: string[]): Set<number> {
  let start = 0;
  while (start < words.length && words[start] === other[start]) start++;
  let end = 0;
  const most = Math.min(words.length, other.length) - start;
  while (end < most && words.at(-1 - end) === other.at(-1 - end)) end++;
  const shared = new Set<number>();
  for (let at = 0; at < start; at++) shared.add(at);
  for (let at = words.length - end; at < words.length; at++) shared.add(at);
  const one = words.slice(start, words.length - end);
  const two = other.slice(start, other.length - end);
  if (!one.length || !two.length || one.length * two.length > MOST) return shared;
  // How many of the words from here on are the same at best.
  const wide = two.length + 1;
  const best = new Uint16Array((one.length + 1) * wide);
  const of = (i: number, j: number) => best[i * wide + j] ?? 0;
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = two.length - 1; j >= 0; j--)
      best[i * wide + j] = one[i] === two[j] ? of(i + 1, j + 1) + 1 : Math.max(of(i + 1, j), of(i, j + 1));
  for (let i = 0, j = 0; i < one.length && j < two.length; )
    if (one[i] === two[j]) {
      shared.add(start + i++);
      j++;
    } else if (of(i + 1, j) >= of(i, j + 1)) i++;
    else j++;
  return shared;
}

/** A prompt from the first word that differs on, without what is the same for long, in so many letters. */
function piecesOf(words: string[], differing: ReadonlySet<number>, room: number): Piece[] {
  const [first] = differing;
  const from = first === undefined || first <= 1 ? 0 : first;
  const pieces: Piece[] = from ? [plain("… ")] : [];
  let left = room;
  for (let at = from; at < words.length; at++) {
    const next = words.findIndex((_, behind) => behind >= at && differing.has(behind));
    // A stretch of the same before another that differs.
    if (at > from && !differing.has(at) && next - at > BETWEEN) {
      pieces.push(plain("… "));
      at = next;
    }
    const word = words[at] ?? "";
    if (left < word.length && left < room) {
      pieces.push(plain("…"));
      break;
    }
    left -= word.length + 1;
    const last = pieces.at(-1);
    const differs = differing.has(at);
    const text = at < words.length - 1 ? `${word} ` : word;
    if (last && last.differs === differs) last.text += text;
    else pieces.push({ text, differs });
  }
  return pieces;
}

/** Model and settings where they differ, and the length. */
function factsOf(
  take: Take,
  alike: readonly Take[],
  neighbours: readonly Take[],
  endpoints: readonly Endpoint[],
  said: boolean,
): Piece[] {
  const facts: Piece[] = [];
  if (neighbours.some(({ endpoint }) => endpoint !== take.endpoint))
    facts.push({ text: take.title, differs: alike.some(({ endpoint }) => endpoint !== take.endpoint) });
  const unlike = (name: string) =>
    alike.some((other) => JSON.stringify(other.settings[name]) !== JSON.stringify(take.settings[name]));
  const fields = endpoints.find(({ id }) => id === take.endpoint)?.fields ?? [];
  const names = Object.keys(take.settings).filter(
    (name) => name !== "duration" && name !== "seed" && unlike(name),
  );
  for (const name of names.slice(0, 2)) {
    const label = fields.find((field) => field.name === name)?.label ?? name.replaceAll("_", " ");
    facts.push({ text: settingWords(label, take.settings[name] ?? null), differs: true });
  }
  const length = take.duration === null ? null : duration(take.duration);
  const lengthens = alike.some((other) => other.duration !== null && duration(other.duration) !== length);
  // Chance differs nearly always; it tells something only where nothing else does.
  if (alike.length && !said && !facts.length && !lengthens) {
    if (take.number > 1 || alike.some((other) => other.number !== take.number && other.number > 1))
      facts.push({ text: `take ${take.number}`, differs: true });
    else if (take.settings.seed !== undefined && unlike("seed"))
      facts.push({ text: `seed ${take.settings.seed}`, differs: true });
  }
  if (length !== null) facts.push({ text: length, differs: lengthens });
  return facts;
}

function settingWords(label: string, value: JSONValue): string {
  if (typeof value === "boolean") return `${label} ${value ? "on" : "off"}`;
  const words = typeof value === "string" ? value : JSON.stringify(value);
  return `${label} ${words.length > 20 ? `${words.slice(0, 19)}…` : words}`;
}
