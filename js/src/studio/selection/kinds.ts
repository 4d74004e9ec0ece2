import { kindOf } from "../../kernel/kind-of";
import type { Take } from "../../kernel/protocol";

interface Group {
  kind: Take["kind"];
  takes: Take[];
}

/** Takes by kind: each is judged by itself. */
export function byKind(takes: readonly Take[]): Group[] {
  const groups = new Map<Take["kind"], Take[]>();
  for (const take of takes) groups.set(take.kind, [...(groups.get(take.kind) ?? []), take]);
  return [...groups].map(([kind, takes]) => ({ kind, takes }));
}

export const canBeJudged = (kind: Take["kind"]) => kindOf(kind).compares || kindOf(kind).plays;

/** Of takes of several kinds, those of the one that most are of, where two or more of it can be judged; else all of them. */
export function mostOfAKind(takes: readonly Take[]): readonly Take[] {
  const [most] = byKind(takes)
    .filter(({ kind, takes }) => canBeJudged(kind) && takes.length > 1)
    .sort((one, other) => other.takes.length - one.takes.length);
  return most?.takes ?? takes;
}

/** As in "3 videos". */
export function many(takes: readonly Take[]): string {
  const { one, several } = kindOf(takes[0]?.kind);
  return `${takes.length} ${takes.length === 1 ? one : several}`;
}
