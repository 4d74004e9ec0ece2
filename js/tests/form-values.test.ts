import { describe, expect, test } from "vitest";
import { fitting, outOfRange, settingsFor, shown } from "../src/form-values";
import { endpoint, field, sora, veo } from "./samples";

test("a value is shown with its unit, however it is spelt", () => {
  const seconds = field("choice", "duration", "Duration", { choices: ["5"], unit: "s" });
  expect([shown(seconds, "5"), shown(seconds, "5s"), shown(seconds, 5)]).toEqual(Array(3).fill("5 s"));
  expect(shown(seconds, "auto")).toBe("auto");
  expect(shown(field("switch", "x", "X"), false)).toBe("off");
});

describe("from one endpoint to another", () => {
  test("a wish is kept in the other's spelling where it fits, else left to the service", () => {
    const wanted = { duration: "8", resolution: "1080p", generate_audio: false, cfg_scale: 0.7 };
    expect(settingsFor(veo.fields, wanted)).toEqual({
      duration: "8s",
      resolution: "1080p",
      generate_audio: false,
    });
    expect(settingsFor(sora.fields, wanted)).toEqual({ duration: "8", resolution: "1080p" });
    expect(settingsFor(endpoint().fields, { duration: "8s", cfg_scale: 0.7 })).toEqual({
      duration: "8",
      cfg_scale: 0.7,
    });
    expect(settingsFor(veo.fields, { duration: "15" })).toEqual({});
  });

  test("a default is never sent by itself", () => {
    expect(settingsFor(endpoint().fields, {})).toEqual({});
  });

  test("types are kept apart", () => {
    expect(fitting(field("switch", "x", "X"), "true")).toBeUndefined();
    expect(fitting(field("number", "x", "X", { integer: true }), "12")).toBe(12);
    expect(fitting(field("number", "x", "X", { integer: true }), "")).toBeUndefined();
    expect(fitting(field("text", "x", "X"), "  ")).toBeUndefined();
    expect(fitting(field("choice", "x", "X", { choices: [1, 2] }), "2")).toBe(2);
  });
});

test("a number that JavaScript cannot hold is kept as its digits", () => {
  const seed = field("number", "seed", "Seed", { integer: true, minimum: 0, maximum: 2 ** 63 });
  const scale = field("number", "cfg_scale", "CFG scale");
  for (const digits of ["9007199254740993", "-9007199254740993", "18446744073709551615"]) {
    expect(fitting(seed, digits)).toBe(digits);
    expect(settingsFor([seed], { seed: digits })).toEqual({ seed: digits });
  }
  expect(fitting(seed, "9007199254740991")).toBe(9007199254740991);
  expect(fitting(seed, ["1", "9007199254740993"])).toEqual([1, "9007199254740993"]);
  expect(["1.0", "1e+16", "0.50", "1e3", "-4", "05"].map((text) => fitting(scale, text))).toEqual([
    "1.0",
    "1e+16",
    0.5,
    1000,
    -4,
    5,
  ]);
  expect(["1e400", "x", "12x", "NaN"].map((text) => fitting(scale, text))).toEqual(Array(4).fill(undefined));
  expect(outOfRange(seed, "9007199254740993")).toBeUndefined();
  expect(outOfRange(seed, "-9007199254740993")).toContain("lies between");
  expect(outOfRange(seed, "1.5")).toBe("Seed is a whole number.");
});

test("a number out of range is said, with the range", () => {
  const scale = field("number", "cfg_scale", "CFG scale", { minimum: 0, maximum: 1 });
  const seed = field("number", "seed", "Seed", { integer: true, minimum: 0 });
  expect(outOfRange(scale, 0.4)).toBeUndefined();
  expect(outOfRange(scale, 3)).toBe("CFG scale lies between 0 and 1.");
  expect(outOfRange(seed, -1)).toBe("Seed is 0 or more.");
  expect(outOfRange(seed, 1.5)).toBe("Seed is a whole number.");
});
