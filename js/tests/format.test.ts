import { expect, test } from "vitest";
import { duration, fileSize, NBSP, timecode } from "../src/format";

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
