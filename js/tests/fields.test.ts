import { describe, expect, test } from "vitest";
import { fieldsOf, promptField, promptRequired, shown } from "../src/fields";
import { fitting, outOfRange, settingsFor } from "../src/fit";
import type { InputField } from "../src/protocol";
import { endpoint, sora, veo } from "./samples";

function fieldOf(schema: InputField, required = false) {
  const [field] = fieldsOf(
    endpoint({ schema: { properties: { some_field: schema }, required: required ? ["some_field"] : [] } }),
  );
  if (!field) throw new Error("The field is not drawn.");
  return field;
}

describe("a field's kind comes from its schema", () => {
  test.each<[InputField, string]>([
    [{ type: "string", enum: ["a", "b"] }, "choice"],
    [{ enum: [1, 2] }, "choice"],
    [{ type: "integer", minimum: 1, maximum: 4 }, "choice"],
    [{ type: "integer", minimum: 1 }, "number"],
    [{ type: "integer", minimum: 0, maximum: 4_000_000 }, "number"],
    [{ type: "number", default: 0.5 }, "number"],
    [{ type: ["number", "null"] }, "number"],
    [{ type: "boolean" }, "switch"],
    [{ type: "string" }, "text"],
  ])("%j is a %s", (schema, kind) => {
    expect(fieldOf(schema).kind).toBe(kind);
  });

  test("what cannot be drawn is left out, and the rest is still there", () => {
    const fields = fieldsOf(
      endpoint({ schema: { properties: { messages: { type: "array" }, seed: { type: "integer" } } } }),
    );
    expect(fields.map((field) => field.name)).toEqual(["seed"]);
  });
});

test("choices and switches stand under the prompt, the rest under More, unless it is required", () => {
  expect(
    fieldsOf(veo)
      .filter((field) => field.prominent)
      .map((field) => field.name),
  ).toEqual(["duration", "resolution", "aspect_ratio", "generate_audio"]);
  expect(fieldOf({ type: "string" }, true).prominent).toBe(true);
});

test("names, units and marks come from the catalogue", () => {
  const field = fieldOf({ type: "string", enum: ["5"], "x-unit": "s" });
  expect(field.label).toBe("Some field");
  expect(field.assumed).toBe(false);
  expect(fieldsOf(veo).every((one) => one.assumed)).toBe(true);
});

test("a value is shown with its unit, however it is spelt", () => {
  const seconds = fieldOf({ type: "string", enum: ["5"], "x-unit": "s" });
  expect([shown(seconds, "5"), shown(seconds, "5s"), shown(seconds, 5)]).toEqual(Array(3).fill("5 s"));
  expect(shown(seconds, "auto")).toBe("auto");
  expect(shown(fieldOf({ type: "boolean" }), false)).toBe("off");
});

test("the prompt's field is `prompt`, or `text` for speech, or none", () => {
  const speech = endpoint({ schema: { properties: { text: { type: "string" } }, required: ["text"] } });
  expect([promptField(veo), promptField(speech), promptField(endpoint({ schema: {} }))]).toEqual([
    "prompt",
    "text",
    undefined,
  ]);
  expect(promptRequired(speech)).toBe(true);
  expect(fieldsOf(speech)).toEqual([]);
});

describe("from one endpoint to another", () => {
  test("a wish is kept in the other's spelling where it fits, else left to the service", () => {
    const wanted = { duration: "8", resolution: "1080p", generate_audio: false, cfg_scale: 0.7 };
    expect(settingsFor(fieldsOf(veo), wanted)).toEqual({
      duration: "8s",
      resolution: "1080p",
      generate_audio: false,
    });
    expect(settingsFor(fieldsOf(sora), wanted)).toEqual({ duration: "8", resolution: "1080p" });
    expect(settingsFor(fieldsOf(endpoint()), { duration: "8s", cfg_scale: 0.7 })).toEqual({
      duration: "8",
      cfg_scale: 0.7,
    });
    expect(settingsFor(fieldsOf(veo), { duration: "15" })).toEqual({});
  });

  test("a default is never sent by itself", () => {
    expect(settingsFor(fieldsOf(endpoint()), {})).toEqual({});
  });

  test("types are kept apart", () => {
    expect(fitting(fieldOf({ type: "boolean" }), "true")).toBeUndefined();
    expect(fitting(fieldOf({ type: "integer" }), "12")).toBe(12);
    expect(fitting(fieldOf({ type: "integer" }), "")).toBeUndefined();
    expect(fitting(fieldOf({ type: "string" }), "  ")).toBeUndefined();
    expect(fitting(fieldOf({ enum: [1, 2] }), "2")).toBe(2);
  });
});

test("a number out of range is said, with the range", () => {
  const scale = fieldOf({ type: "number", title: "CFG scale", minimum: 0, maximum: 1 });
  const seed = fieldOf({ type: "integer", title: "Seed", minimum: 0 });
  expect(outOfRange(scale, 0.4)).toBeUndefined();
  expect(outOfRange(scale, 3)).toBe("CFG scale lies between 0 and 1.");
  expect(outOfRange(seed, -1)).toBe("Seed is 0 or more.");
  expect(outOfRange(seed, 1.5)).toBe("Seed is a whole number.");
});
