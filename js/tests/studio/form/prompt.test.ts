import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { step, type Walk } from "../../../src/studio/model/prompts";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { endpoint, image, PROMPT, take } from "../../samples";

const UNDO = "{Control>}z{/Control}";
const takes = ["Newest", "Older", "Newest", "Oldest"].map((words, place) =>
  take({ id: `t${place}`, prompt: words }),
);
const box = () => prompt().element() as HTMLTextAreaElement;
const caret = (at: number) => box().setSelectionRange(at, at);

describe("the prompt's box", () => {
  test("has one height, however long its text, and can be drawn longer", async () => {
    mountStudio();
    const height = () => box().getBoundingClientRect().height;
    expect(height()).toBe(96);
    await prompt().fill("line\n".repeat(20));
    expect(height()).toBe(96);
    expect(getComputedStyle(box()).resize).toBe("vertical");
  });

  test("counts characters as JSON Schema does, and says when there are too many", async () => {
    const limited = endpoint({ prompt: { ...PROMPT, limit: 5 } });
    mountStudio({ endpoints: [limited] });
    expect(document.body.textContent).not.toContain("characters");
    await prompt().fill("🎬🎬🎬🎬");
    await expect.element(page.getByText("4 of 5 characters")).toBeVisible();
    await prompt().fill("1234567");
    await expect.element(page.getByText("7 of 5 characters, 2 too many")).toBeVisible();
    expect(document.getElementById(box().getAttribute("aria-describedby") ?? "")?.textContent).toContain(
      "too many",
    );
  });
});

describe("the prompts of earlier", () => {
  test("come with the up arrow, and what was being typed with the down arrow", async () => {
    mountStudio({ takes }, (kernel) => {
      kernel.prompts = ["Of the library"];
    });
    await prompt().fill("Half a thought");
    caret(0);
    await userEvent.keyboard("{ArrowUp}");
    const first = box().value;
    expect(["Of the library", "Newest"]).toContain(first);
    await userEvent.keyboard("{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}");
    expect(box().value).toBe("Oldest");
    await userEvent.keyboard("{ArrowDown}");
    expect(box().value).toBe("Older");
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}");
    expect(box().value).toBe("Half a thought");
    await userEvent.keyboard("{ArrowDown}");
    expect(box().value).toBe("Half a thought");
  });

  test("come with an up arrow that is pressed before the kernel has told of them", async () => {
    mountStudio({}, (kernel) => {
      kernel.prompts = ["Of the library"];
    });
    box().focus();
    box().dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }));
    expect(box().value).toBe("");
    await eventually(() => box().value).toBe("Of the library");
  });

  test("leave the arrows alone within the text, with a selection, and with another key", async () => {
    mountStudio({ takes });
    await prompt().fill("one\ntwo\nthree");
    await userEvent.keyboard("{ArrowUp}");
    expect(box().value).toBe("one\ntwo\nthree");
    expect(box().selectionStart).toBeLessThan(12);
    caret(0);
    await userEvent.keyboard("{Shift>}{ArrowUp}{/Shift}{Alt>}{ArrowUp}{/Alt}");
    box().setSelectionRange(0, 3);
    await userEvent.keyboard("{ArrowUp}");
    expect(box().value).toBe("one\ntwo\nthree");
  });

  test("give back what was there by undo, and undo goes on behind it", async () => {
    mountStudio({ takes });
    await prompt().click();
    await userEvent.keyboard("Mine");
    caret(0);
    await userEvent.keyboard("{ArrowUp}");
    expect(box().value).toBe("Newest");
    await userEvent.keyboard(UNDO);
    expect(box().value).toBe("Mine");
    await userEvent.keyboard(UNDO);
    expect(box().value).toBe("");
  });

  test("have the one just generated first, before the kernel says so", async () => {
    const { kernel } = mountStudio({ takes, images: [image()] });
    await prompt().fill("Just now");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await eventually(() => kernel.asked("generate").length).toBe(1);
    await prompt().fill("Next");
    caret(0);
    await userEvent.keyboard("{ArrowUp}");
    expect(box().value).toBe("Just now");
  });

  test("are behind a button too, by mouse and by keyboard", async () => {
    const { kernel } = mountStudio({ takes }, (kernel) => {
      kernel.prompts = ["Of the library"];
    });
    const menu = page.getByRole("menu", { name: "Prompt history" });
    await prompt().fill("Mine");
    await button("Prompt history").click();
    await expect.element(menu).toBeVisible();
    await expect.element(page.getByRole("menuitem", { name: "Of the library" })).toBeVisible();
    expect(kernel.asked("history").at(-1)).toMatchObject({ limit: 100 });
    await page.getByRole("menuitem", { name: "Older" }).click();
    await expect.element(prompt()).toHaveValue("Older");
    expect(document.activeElement).toBe(box());
    await expect.element(menu).not.toBeInTheDocument();
    await userEvent.keyboard(UNDO);
    expect(box().value).toBe("Mine");

    (button("Prompt history").element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(menu).toBeVisible();
    await userEvent.keyboard("{End}{ArrowDown}{ArrowUp}");
    await eventually(() => document.activeElement?.textContent).toBe("Oldest");
    await userEvent.keyboard("{Escape}");
    await expect.element(menu).not.toBeInTheDocument();
    expect(document.activeElement).toBe(button("Prompt history").element());
    await button("Prompt history").click();
    await button("Prompt history").click();
    await expect.element(menu).not.toBeInTheDocument();
  });

  test("have the next key that comes after the button", async () => {
    mountStudio({ takes });
    // The menu is of the second script, which is there once it was seen.
    await button("Prompt history").click();
    const menu = page.getByRole("menu", { name: "Prompt history" });
    await expect.element(menu).toBeVisible();
    await userEvent.keyboard("{Escape}");
    const there = button("Prompt history").element() as HTMLElement;
    there.focus();
    there.click();
    // Drawn, and nothing painted yet: keys that are typed ahead come in between.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect(document.activeElement?.getAttribute("role")).toBe("menuitem");
  });

  test("are none in a new library, which is said", async () => {
    mountStudio();
    await button("Prompt history").click();
    await expect.element(page.getByText("No prompts yet.")).toBeVisible();
  });

  test("are walked one by one", () => {
    const earlier = () => ["c", "typed", "b"];
    const first = step(null, "older", "typed", earlier) as Walk;
    expect(first).toMatchObject({ earlier: ["c", "b"], index: 0, typed: "typed" });
    expect(step(first, "older", "c", earlier)?.index).toBe(1);
    expect(step(first, "newer", "c", earlier)?.index).toBe(-1);
    expect(step(first, "older", "changed", earlier)).toMatchObject({ index: 0, typed: "changed" });
    expect(step(null, "newer", "typed", earlier)).toBeUndefined();
    expect(step(null, "older", "x", () => [])).toBeUndefined();
  });
});
