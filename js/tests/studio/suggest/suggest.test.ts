import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { image, suggested } from "../../samples";

const PRICED = { words: "Sends the prompt to Reka Edge at api.reka.ai. About $0.002.", free: false };
const panel = () => page.getByRole("region", { name: "Suggestions" });
const suggest = () => button(/^Suggest$/);
const value = () => (prompt().element() as HTMLTextAreaElement).value;

async function mounted(about: { free?: boolean } = {}) {
  const studio = mountStudio({ images: [image()] }, (kernel) => {
    if (about.free === false) kernel.handlers.suggest_plan = async () => ({ value: PRICED });
  });
  await prompt().fill("A slow pan");
  return studio;
}

describe("help with the prompt", () => {
  test("shows rewritings as differences, and asks with what the form would send", async () => {
    const { kernel, el } = await mounted();
    await suggest().click();
    await eventually(() => el.querySelectorAll(".rk-rewritings li").length).toBe(3);
    expect(el.querySelector(".rk-rewritings ins")?.textContent).toBe("; the camera drifts left");
    expect(kernel.asked("suggest")).toMatchObject([
      { prompt: "A slow pan", images: { start: image().digest }, again: false },
    ]);
    expect(kernel.asked("generate")).toEqual([]);
  });

  test("says what it costs before anything is sent", async () => {
    const { kernel } = await mounted({ free: false });
    await suggest().click();
    await expect.element(panel().getByText(PRICED.words)).toBeVisible();
    expect(kernel.asked("suggest")).toEqual([]);
    await button("Suggest rewritings").click();
    await eventually(() => kernel.asked("suggest").length).toBe(1);
  });

  test("writes one into the form, with an Undo, and generates nothing", async () => {
    const { kernel } = await mounted();
    await suggest().click();
    await button(/^Use rewriting 2/).click();
    await eventually(value).toBe("A slow pan; low sun, long shadows");
    await expect.element(panel()).not.toBeInTheDocument();
    expect(document.activeElement).toBe(prompt().element());
    await button("Undo").click();
    await eventually(value).toBe("A slow pan");
    expect([...kernel.asked("generate"), ...kernel.asked("sweep_begin")]).toEqual([]);
  });

  test("writes all of them as versions", async () => {
    await mounted();
    await suggest().click();
    await button("Use all as versions").click();
    await eventually(value).toBe(suggested("A slow pan").sweep);
  });

  test("offers them one by one where they cannot be versions", async () => {
    const { kernel } = await mounted();
    kernel.handlers.suggest = async () => ({ value: suggested("A {{slow|fast}} pan", { sweep: null }) });
    await suggest().click();
    await expect.element(button(/^Use rewriting 1/)).toBeVisible();
    await expect.element(button("Use all as versions")).not.toBeInTheDocument();
  });

  test("says first what others cost", async () => {
    const { kernel } = await mounted();
    await suggest().click();
    await expect.element(button(/^Use rewriting 1/)).toBeVisible();
    kernel.handlers.suggest_plan = async () => ({ value: PRICED });
    await button("Others").click();
    await expect.element(panel().getByText(PRICED.words)).toBeVisible();
    expect(kernel.asked("suggest").length).toBe(1);
    await button("Suggest rewritings").click();
    await eventually(() => kernel.asked("suggest").map(({ again }) => again)).toEqual([false, true]);
  });

  test("says what went wrong, and can be tried again", async () => {
    const { kernel } = await mounted();
    const { suggest: usual } = kernel.handlers;
    kernel.handlers.suggest = async () => {
      throw new Error("Reka Edge did not answer. Top up the account with Reka, then run it again.");
    };
    await suggest().click();
    await expect.element(panel().getByText(/Top up the account/)).toBeVisible();
    kernel.handlers.suggest = usual;
    await button("Try again").click();
    await expect.element(button(/^Use rewriting 1/)).toBeVisible();
  });

  test("asks for a few words where there are none", async () => {
    const { kernel } = await mounted();
    await prompt().fill(" ");
    await suggest().click();
    await expect.element(panel().getByText(/Write a few words first/)).toBeVisible();
    expect(kernel.asked("suggest_plan")).toEqual([]);
  });

  test("is closed by Escape while it is on its way, and what comes then stays away", async () => {
    const { kernel } = await mounted();
    kernel.latency = 150;
    await suggest().click();
    await expect.element(panel()).toBeVisible();
    await userEvent.keyboard("{Tab}{Escape}");
    await expect.element(panel()).not.toBeInTheDocument();
    expect(document.activeElement).toBe(prompt().element());
    await eventually(() => kernel.replied).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect.element(panel()).not.toBeInTheDocument();
  });

  test("works by keyboard alone", async () => {
    await mounted();
    (suggest().element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(button(/^Use rewriting 1/)).toBeVisible();
    await userEvent.keyboard("{Tab}{Tab}{Enter}");
    await eventually(value).toBe("A slow pan; the camera drifts left");
  });

  test("has nothing that axe finds, in any of its states", async () => {
    const { el, kernel } = await mounted({ free: false });
    const violations = async () =>
      (await axe.run(el, { rules: { region: { enabled: false } } })).violations.map(({ id }) => id);
    await suggest().click();
    await expect.element(button("Suggest rewritings")).toBeVisible();
    expect(await violations()).toEqual([]);
    await button("Suggest rewritings").click();
    await expect.element(button(/^Use rewriting 1/)).toBeVisible();
    expect(await violations()).toEqual([]);
    kernel.handlers.suggest_plan = async () => {
      throw new Error("The chat model did not answer.");
    };
    await button("Others").click();
    await eventually(() => el.querySelector(".rk-suggest .rk-problem")).not.toBeNull();
    expect(await violations()).toEqual([]);
  });
});
