import { describe, expect, test } from "vitest";
import { differences } from "../src/compare/words";
import cases from "./fixtures/differing-words.json";

describe("the words that differ", () => {
  test.each(cases)("$name", ({ prompts, marked }) => {
    const found = differences(prompts);
    const drawn = found.map((pieces) =>
      pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(""),
    );
    expect(drawn).toEqual(marked);
    expect(found.map((pieces) => pieces.map(({ text }) => text).join(""))).toEqual(prompts);
  });

  test("of very long prompts are told in a moment, between equal ends", () => {
    const long = (word: string) => `Begin ${`${word} `.repeat(5000)}end`;
    const [first] = differences([long("a"), long("b")]);
    expect(first?.map(({ differs }) => differs)).toEqual([false, true, false]);
    expect(first?.[0]?.text).toBe("Begin ");
  });
});
