import type { FamilyLink, FamilyMember, FamilyValue, Piece } from "../src/kernel/protocol";
import { chainTakes } from "./chains";
import { speech, take } from "./samples";

const of = (id: string) => chainTakes.find((one) => one.id === id) ?? take({ id });
const member = (id: string, title: string, column: number, row: number, removed = false): FamilyMember => ({
  take: id === "speech" ? speech() : of(id),
  title,
  column,
  row,
  removed,
});
const pieces = (...texts: string[]): Piece[] =>
  texts.map((text) => ({ text: text.replace("*", ""), differs: text.startsWith("*") }));
const link = (parent: string, child: string, how: string, about: Partial<FamilyLink> = {}): FamilyLink => ({
  parent,
  child,
  how,
  tree: true,
  prompt: [],
  settings: [],
  ...about,
});
const DOLLY = " dolly in over the water at dawn; gulls rise from the pier";

/** Two edits, three shots, two that go on, and a voice. */
export const family: FamilyValue = {
  members: [
    member("edit-1", "Edit", 0, 0),
    member("speech", "Speech", 0, 4),
    member("edit-2", "Edit", 1, 0),
    member("shot-1", "Shot 1", 1, 3),
    member("shot-2", "Shot 1", 2, 0),
    member("shot-3", "Shot 1", 2, 2),
    member("on-1", "Shot 2", 3, 0),
    member("on-2", "Shot 2", 3, 1),
    member("voice", "Voice", 4, 0),
  ],
  links: [
    link("edit-1", "edit-2", "Settings reused", { prompt: pieces("Warmer light", "*, no boats") }),
    link("edit-1", "shot-1", "Image", { prompt: pieces(`*A fast${DOLLY}`) }),
    link("edit-2", "shot-2", "Image", { prompt: pieces(`*A slow${DOLLY}`) }),
    link("edit-2", "shot-3", "Image, cropped", { prompt: pieces(`*A slow${DOLLY.replace("dawn", "dusk")}`) }),
    link("shot-1", "shot-2", "Settings reused", { tree: false, prompt: pieces("A ", "*slow", DOLLY) }),
    link("shot-2", "on-1", "Last frame", {
      prompt: pieces("*The camera pans right to the boats"),
      settings: [{ name: "Duration", values: ["5 s", "10 s"] }],
    }),
    link("shot-2", "on-2", "Frame at 1.5 s", { prompt: pieces("*The camera pans left to the boats") }),
    link("on-1", "voice", "Video"),
    link("speech", "voice", "Sound", { tree: false }),
  ],
  columns: 5,
  rows: 5,
  more: 0,
  hidden: 0,
};

/** As many as a kernel sends, six behind each. */
export const large: FamilyValue = (() => {
  const members: FamilyMember[] = [];
  const links: FamilyLink[] = [];
  let rows = 0;
  function grow(id: string, column: number, parent: string | null): void {
    const row = rows;
    if (parent)
      links.push(
        link(parent, id, column % 2 ? "Last frame" : "Settings reused", {
          prompt: pieces(
            "A slow dolly in over the water at ",
            `*${["noon", "dusk", "night"][members.length % 3]}`,
            "; gulls rise from the pier",
          ),
          settings: members.length % 4 ? [] : [{ name: "Duration", values: ["5 s", "8 s"] }],
        }),
      );
    members.push({
      take: take({
        id,
        rating: members.length % 4,
        verdict: members.length % 9 === 3 ? "picked" : members.length % 9 === 5 ? "rejected" : null,
      }),
      title: `Shot ${column + 1}`,
      column,
      row,
      removed: members.length === 7,
    });
    const count = column < 3 ? ([6, 6, 4][column] ?? 0) : 0;
    for (let at = 0; at < count && members.length < 200; at++) grow(`${id}-${at}`, column + 1, id);
    if (!count) rows++;
  }
  grow("large", 0, null);
  members.sort((one, other) => one.column - other.column || one.row - other.row);
  return { members, links, columns: 4, rows, more: 140, hidden: 12 };
})();
