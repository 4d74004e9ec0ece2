import { expect, test } from "vitest";
import { counted, duration, fileSize, NBSP, timecode } from "../src/format";

const plain = (text: string) => text.replaceAll(NBSP, " ");

test.each([
  [0, "0 s"],
  [59.6, "1 min"],
  [72, "1 min 12 s"],
  [3600, "1 h"],
  [5460, "1 h 31 min"],
  [-3, "0 s"],
])("%d seconds are %s", (seconds, words) => {
  expect(plain(duration(seconds))).toBe(words);
});

test.each([
  [512, "512 bytes"],
  [612_000, "612 KB"],
  [999_999, "1.0 MB"],
  [4_100_000, "4.1 MB"],
  [123_456_789, "123 MB"],
])("%d bytes are %s", (bytes, words) => {
  expect(plain(fileSize(bytes))).toBe(words);
});

test("a video's length is written as players write it", () => {
  expect([timecode(5), timecode(65.4)]).toEqual(["0:05", "1:05"]);
});

test.each([
  ["video", "1 video", "12 videos"],
  ["image", "1 image", "12 images"],
  ["audio", "1 sound", "12 sounds"],
  ["boxes", "1 set of boxes", "12 sets of boxes"],
  ["of a later version", "1 file", "12 files"],
])("what is made is counted by its kind: %s", (kind, one, several) => {
  expect([counted(1, kind), counted(12, kind)].map((words) => words.replace(NBSP, " "))).toEqual([
    one,
    several,
  ]);
  expect(counted(12, kind, "new").replace(NBSP, " ")).toBe(several.replace("12", "12 new"));
});
