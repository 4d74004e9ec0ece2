import type { FamilyLink, FamilyMember, Piece } from "../../kernel/protocol";

/** Pixels of a tree: of a picture, what is said before it, and the room for the lines. */
export interface Measures {
  picture: number;
  words: number;
  lines: number;
  row: number;
}

export const WIDE: Measures = { picture: 144, words: 156, lines: 26, row: 114 };
export const NARROW: Measures = { picture: 104, words: 112, lines: 18, row: 96 };
/** Between what is said and the picture. */
const BETWEEN = 8;
/** Width to height of a picture. */
const RATIO = 16 / 9;

const stride = ({ picture, words, lines }: Measures) => lines + words + BETWEEN + picture;

export const leftOf = (measures: Measures, { column }: FamilyMember): number => column * stride(measures);
export const topOf = (measures: Measures, { row }: FamilyMember): number => row * measures.row;
/** How far left of its picture it is said what changed. */
export const wordsLeft = ({ words }: Measures): number => -words - BETWEEN;
export const heightOf = ({ picture }: Measures): number => picture / RATIO;
export const widthOf = (measures: Measures, columns: number): number =>
  columns * stride(measures) - stride(measures) + measures.picture;

/** The line from a take to one that came from it: along the tree with corners, else freely. */
export function lineOf(measures: Measures, parent: FamilyMember, child: FamilyMember, tree: boolean): string {
  const middle = heightOf(measures) / 2;
  const [left, top] = [leftOf(measures, parent) + measures.picture, topOf(measures, parent) + middle];
  const [right, end] = [leftOf(measures, child), topOf(measures, child) + middle];
  if (!tree) {
    const bend = Math.max(40, (right - left) / 2);
    return `M${left},${top + 8}C${left + bend},${top + 8} ${right - bend},${end + 12} ${right},${end + 12}`;
  }
  const turn = right - BETWEEN - measures.words - measures.lines / 2;
  const round = Math.min(6, Math.abs(end - top) / 2);
  if (!round) return `M${left},${top}H${right}`;
  const down = end > top ? round : -round;
  return `M${left},${top}H${turn - round}q${round},0 ${round},${down}V${end - down}q0,${down} ${round},${down}H${right}`;
}

/** A tree by its lines, to be gone along. */
export interface Ways {
  parent: Map<string, string>;
  children: Map<string, string[]>;
}

export function waysOf(members: readonly FamilyMember[], links: readonly FamilyLink[]): Ways {
  const parent = new Map(links.flatMap((link) => (link.tree ? [[link.child, link.parent] as const] : [])));
  const children = new Map<string, string[]>();
  for (const { take } of members) {
    const before = parent.get(take.id);
    if (before) children.set(before, [...(children.get(before) ?? []), take.id]);
  }
  return { parent, children };
}

/** Where a key leads from a take; undefined where it leads nowhere. */
export function wayTo(
  key: string,
  from: string,
  members: readonly FamilyMember[],
  { parent, children }: Ways,
): string | undefined {
  const own = members.find(({ take }) => take.id === from);
  const column = members.filter((one) => one.column === own?.column);
  const at = own ? column.indexOf(own) : -1;
  switch (key) {
    case "ArrowLeft":
      return parent.get(from);
    case "ArrowRight":
      return children.get(from)?.[0];
    case "ArrowUp":
      return column[at - 1]?.take.id;
    case "ArrowDown":
      return column[at + 1]?.take.id;
    case "Home":
      return members[0]?.take.id;
    case "End":
      return members.at(-1)?.take.id;
    default:
      return undefined;
  }
}

/** A take and all that led to it, along the lines of the tree. */
export function lineage({ parent }: Ways, take: string): Set<string> {
  const line = new Set<string>();
  for (let at: string | undefined = take; at && !line.has(at); at = parent.get(at)) line.add(at);
  return line;
}

/** Words of what is the same that stay around what is not. */
const AROUND = 2;

/**
 * What changed of a prompt, in its place: of what is the same, the words next to it. Where nothing changed it is empty; a
 * prompt that is another one altogether stands as it is, with nothing to be told apart.
 */
export function changed(pieces: readonly Piece[]): Piece[] {
  if (pieces.every(({ differs }) => !differs)) return [];
  if (pieces.every(({ differs }) => differs)) return pieces.map((piece) => ({ ...piece, differs: false }));
  return pieces.flatMap((piece, at) => {
    if (piece.differs) return [piece];
    const words = piece.text.trim().split(/\s+/);
    const before = at > 0 ? words.slice(0, AROUND) : [];
    const behind = at < pieces.length - 1 ? words.slice(-AROUND) : [];
    if (words.length <= before.length + behind.length + 1) return [piece];
    const space = (edge: RegExp) => (edge.test(piece.text) ? " " : "");
    const text = `${at > 0 ? space(/^\s/) : ""}${[...before, "…", ...behind].join(" ")}${
      at < pieces.length - 1 ? space(/\s$/) : ""
    }`;
    return [{ text, differs: false }];
  });
}
