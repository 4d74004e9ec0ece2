import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { FamilyValue } from "../../../src/kernel/protocol";
import { changed } from "../../../src/studio/family/places";
import { chainTakes } from "../../chains";
import type { FakeKernel } from "../../fake-kernel";
import { family, large } from "../../families";
import { button, eventually, mountStudio } from "../../mounted";
import { everyTask } from "../../samples";

/** A studio with the family of its open take. */
async function openFamily(value: FamilyValue = family, opened = "shot-2", prepare = (_: FakeKernel) => {}) {
  const mounted = mountStudio({ endpoints: everyTask, takes: chainTakes, opened }, (kernel) => {
    kernel.handlers.family = async () => ({ value });
    prepare(kernel);
  });
  await button("Family").click();
  await eventually(() => mounted.el.querySelector("dialog[open]")).not.toBeNull();
  return mounted;
}

const member = (el: HTMLElement, id: string) =>
  el.querySelector<HTMLButtonElement>(`[data-member="${id}"]`) as HTMLButtonElement;
const focused = () => (document.activeElement as HTMLElement | null)?.dataset.member;
const looked = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-looked");
const closed = (el: HTMLElement) => eventually(() => el.querySelector("dialog")).toBeNull();
const onStage = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-player")?.dataset.take;

test("a family is drawn as a tree: a poster for each take, lines, and what changed on each of them", async () => {
  const { el, kernel } = await openFamily();
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(9);
  expect(kernel.asked("family")[0]).toMatchObject({ take: "shot-2", hide_low: false });
  expect(el.querySelectorAll(".rk-family-line").length).toBe(7);
  expect(el.querySelectorAll(".rk-family-thin").length).toBe(2);
  // What led to the one that is looked at.
  expect(el.querySelectorAll(".rk-family-line.rk-family-near").length).toBe(2);
  const wordsOf = (id: string) => {
    const by = member(el, id).getAttribute("aria-describedby") ?? "";
    return document.getElementById(by)?.textContent?.trim();
  };
  expect(wordsOf("edit-2")).toBe("Settings reused Warmer light, no boats");
  expect([...el.querySelectorAll(".rk-member mark")].map((mark) => mark.textContent)).toEqual([", no boats"]);
  expect(wordsOf("on-1")).toBe("Last frame The camera pans right to the boats Duration 5 s → 10 s");
  expect(wordsOf("voice")).toBe("Video nothing else changed");
  const left = (id: string) => member(el, id).getBoundingClientRect().left;
  expect(left("edit-1")).toBeLessThan(left("edit-2"));
  expect(left("edit-2")).toBeLessThan(left("shot-2"));
  await expect.element(page.getByRole("dialog", { name: "Family" })).toBeVisible();
  expect(member(el, "shot-2").getAttribute("aria-current")).toBe("true");
  expect(looked(el)?.textContent).toContain("From Edit · Settings reused from Shot 1");
});

test("of a prompt the words that changed are shown, with those next to them", () => {
  const same = (text: string) => ({ text, differs: false });
  const other = (text: string) => ({ text, differs: true });
  expect(
    changed([same("A slow dolly in over the water at "), other("dusk"), same("; gulls rise from it")]),
  ).toEqual([same("… water at "), other("dusk"), same("; gulls …")]);
  expect(changed([other("Fast"), same(" dolly in over the water at "), other("noon")])).toEqual([
    other("Fast"),
    same(" dolly in … water at "),
    other("noon"),
  ]);
  expect(changed([same("A slow dolly in")])).toEqual([]);
  expect(changed([other("Another one")])).toEqual([same("Another one")]);
});

test("keys lead along the tree, Enter opens, and the focus is back in the studio", async () => {
  const { el } = await openFamily();
  await eventually(focused).toBe("shot-2");
  for (const [key, id] of [
    ["{ArrowLeft}", "edit-2"],
    ["{ArrowDown}", "shot-1"],
    ["{ArrowLeft}", "edit-1"],
    ["{ArrowLeft}", "edit-1"],
    ["{ArrowRight}", "edit-2"],
    ["{End}", "voice"],
    ["{Home}", "edit-1"],
  ] as const) {
    await userEvent.keyboard(key);
    expect(focused(), key).toBe(id);
  }
  expect(el.querySelectorAll("[data-member][tabindex='0']").length).toBe(1);
  // A letter that means something in the studio means nothing here.
  await userEvent.keyboard("x");
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await closed(el);
  await eventually(() => onStage(el)).toBe("speech");
  await expect.element(button("Family")).toHaveFocus();
});

test("Escape closes it, and the focus is on its button again", async () => {
  const { el } = await openFamily();
  await eventually(focused).toBe("shot-2");
  await userEvent.keyboard("{Escape}");
  await closed(el);
  await expect.element(button("Family")).toHaveFocus();
});

test("a click looks at a take, a double click opens it", async () => {
  const { el } = await openFamily();
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(9);
  member(el, "on-1").click();
  await eventually(() => looked(el)?.textContent).toContain("Duration5 s → 10 s");
  expect(onStage(el)).toBe("shot-2");
  member(el, "on-1").dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  await closed(el);
  await eventually(() => onStage(el)).toBe("on-1");
});

test("a take that the wall never had is opened, too", async () => {
  const { el } = await openFamily(large, "shot-2");
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(large.members.length);
  member(el, "large-2-1").click();
  await eventually(() => member(el, "large-2-1").getAttribute("aria-current")).toBe("true");
  el.querySelector<HTMLElement>(".rk-looked-actions button")?.click();
  await closed(el);
  await eventually(() => onStage(el)).toBe("large-2-1");
});

test("settings of any are used again: what is made of it is a branch", async () => {
  const { el, kernel } = await openFamily();
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(9);
  member(el, "shot-3").click();
  await eventually(() => looked(el)?.textContent).toContain("cropped");
  el.querySelectorAll<HTMLElement>(".rk-looked-actions button")[1]?.click();
  await closed(el);
  await eventually(() => kernel.asked("recall")[0]).toMatchObject({ take: "shot-3", seed: true });
  await eventually(() => (document.activeElement as HTMLTextAreaElement).value).toContain("dusk");
});

test("a sound under a video has no settings to use again", async () => {
  const { el, kernel } = await openFamily();
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(9);
  member(el, "voice").click();
  const reuse = () => el.querySelectorAll<HTMLElement>(".rk-looked-actions button")[1];
  await eventually(() => reuse()?.getAttribute("aria-disabled")).toBe("true");
  reuse()?.click();
  expect(kernel.asked("recall")).toEqual([]);
});

test("two are compared on the stage", async () => {
  const { el } = await openFamily();
  await eventually(focused).toBe("shot-2");
  const compare = () =>
    [...el.querySelectorAll<HTMLElement>("dialog button")].find((one) => one.textContent === "Compare");
  expect(compare()?.getAttribute("aria-disabled")).toBe("true");
  await userEvent.keyboard(" {ArrowLeft} ");
  // Of three, the last two; a sound is none of them.
  await userEvent.keyboard("{ArrowDown} {End}{Home}{ArrowDown} ");
  const numbers = () => [...el.querySelectorAll(".rk-member .rk-select b")].map((one) => one.textContent);
  await eventually(numbers).toEqual(["1", "2"]);
  compare()?.click();
  await closed(el);
  await eventually(() =>
    [...el.querySelectorAll<HTMLElement>(".rk-compare article")].map((one) => one.dataset.take),
  ).toEqual(["edit-2", "shot-1"]);
});

test("what is rated low can be hidden", async () => {
  const { el, kernel } = await openFamily(family, "shot-2", (kernel) => {
    kernel.handlers.family = async ({ hide_low }) => ({
      value: hide_low
        ? { ...family, members: family.members.filter(({ take }) => take.id !== "on-2"), hidden: 1 }
        : family,
    });
  });
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(9);
  await button("Hide low rated").click();
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(8);
  expect(kernel.asked("family").map(({ hide_low }) => hide_low)).toEqual([false, true]);
  expect(el.querySelector(".rk-family-count")?.textContent).toBe("8 takes · 1 hidden");
  await expect.element(button("Hide low rated")).toHaveAttribute("aria-pressed", "true");
});

test("a large family scrolls within itself, and asks only for pictures that are seen", async () => {
  await page.viewport(360, 700);
  const { el, kernel } = await openFamily(large);
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(large.members.length);
  const tree = el.querySelector(".rk-family-tree") as HTMLElement;
  expect(tree.scrollHeight).toBeGreaterThan(tree.clientHeight);
  const dialog = el.querySelector("dialog") as HTMLElement;
  expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth);
  await eventually(() => kernel.asked("poster").length).toBeGreaterThan(1);
  expect(kernel.asked("poster").length).toBeLessThan(60);
  expect(el.querySelector(".rk-family-count")?.textContent).toBe("the nearest 187 of 327 · 12 hidden");
  // What is gone has no picture, and is not opened.
  member(el, "large-0-0").click();
  await eventually(() => looked(el)?.textContent).toContain("Shot 3");
});

test("what cannot be looked up is said, and looked up again", async () => {
  let fails = true;
  const { el } = await openFamily(family, "shot-2", (kernel) => {
    kernel.handlers.family = async () => {
      if (fails) throw new Error("The library is locked.");
      return { value: family };
    };
  });
  await eventually(() => el.querySelector("dialog .rk-notice")?.textContent).toContain(
    "The library is locked.",
  );
  fails = false;
  await button("Try again").click();
  await eventually(() => el.querySelectorAll("[data-member]").length).toBe(9);
  expect(el.querySelector("dialog .rk-notice")).toBeNull();
});
