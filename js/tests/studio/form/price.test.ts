import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { RefusedError } from "../../../src/kernel/connection";
import type { PlanValue } from "../../../src/kernel/protocol";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { endpoint, image, plan, veo } from "../../samples";

const form = { endpoint: endpoint().id, prompt: "A slow pan", settings: {} };
const ready = { images: [image()], form };
const sandbox = { name: "Sandbox", url: "", sandbox: true, problem: null };
const go = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-go") as HTMLElement;
const height = (el: HTMLElement) => el.querySelector(".rk-compose")?.getBoundingClientRect().height;
const unknown = { known: false, amount: "price not known yet", basis: "5 s of video" };

function mountPriced(value: PlanValue, about: Parameters<typeof mountStudio>[0] = {}) {
  return mountStudio({ ...ready, ...about }, (kernel) => {
    kernel.handlers.plan = async () => ({ value });
  });
}

describe("the button", () => {
  test.each([
    ["one", plan(), "Generate · about $0.65", "from 4 bills · 5 s of video"],
    ["several", plan({ count: 2 }), "Generate 2 · about $1.30", "from 4 bills · 10 s of video"],
    ["some of several", plan({ count: 4, kept: 3 }), "Generate 1 · about $0.65", "3 made, 1 new"],
    ["none of several", plan({ count: 4, kept: 4 }), "Show all 4", "4 made"],
    ["what is kept", plan({ count: 1, kept: 1 }), "Show it", "1 made"],
    ["an unknown price", plan({}, unknown), "Generate · price not known yet", "5 s of video"],
    [
      "a price of one's own",
      plan({}, { basis: "your price · 5 s of video" }),
      "Generate · about $0.65",
      "your price",
    ],
  ])("says the price of %s, in its name too", async (_, value, name, described) => {
    mountPriced(value);
    const pressed = page.getByRole("button", { name, exact: true });
    await expect.element(pressed).toBeVisible();
    await expect.element(pressed).toHaveAccessibleDescription(new RegExp(described.replace(/\s/g, "\\s")));
  });

  test("says that a price of the sandbox is not real, and nothing where it has none", async () => {
    const { kernel } = mountPriced(plan(), { service: sandbox });
    const name = { name: "Generate · about $0.65", exact: true };
    await expect.element(page.getByRole("button", name)).toHaveAccessibleDescription(/not real money/);
    kernel.handlers.plan = async () => ({ value: plan({}, unknown) });
    await prompt().fill("Another");
    await expect.element(page.getByRole("button", { name: "Generate", exact: true })).toBeVisible();
    await expect.element(page.getByText("Sandbox: no charge · 5 s of video")).toBeVisible();
  });

  test.each([320, 720, 1200])("nothing moves while the price changes, at %i pixels", async (width) => {
    let value = plan();
    const { el } = mountStudio(ready, (kernel) => {
      kernel.handlers.plan = async () => ({ value });
    });
    el.style.width = `${width}px`;
    await eventually(() => go(el).textContent).toContain("$0.65");
    const before = [height(el), go(el).getBoundingClientRect().width];
    for (value of [
      plan({}, unknown),
      plan({ count: 12, kept: 3 }, { amount: "more than $12.40" }),
      plan({ count: 3, limit: { left: "$3.40 of $20 left today", over: null } }),
      plan({}, { amount: "about $123", basis: "your price · 15 s of video" }),
    ]) {
      await prompt().fill(`A pan ${value.count} ${value.price.amount}`);
      await eventually(() => go(el).textContent).toContain(value.price.amount);
      expect([height(el), go(el).getBoundingClientRect().width], value.price.amount).toEqual(before);
    }
  });

  test("never shows the price of another model, and keeps its place meanwhile", async () => {
    let answer = () => {};
    const { el, kernel } = mountPriced(plan());
    await expect.element(button("Generate · about $0.65")).toBeVisible();
    const before = height(el);
    kernel.handlers.plan = () =>
      new Promise((resolve) => {
        answer = () => resolve({ value: plan({}, { amount: "about $3.20" }) });
      });
    await page.getByRole("combobox", { name: "Duration" }).selectOptions("8 s");
    await expect.element(page.getByRole("button", { name: "Generate", exact: true })).toBeVisible();
    expect(height(el)).toBe(before);
    await eventually(() => kernel.asked("plan").length).toBe(2);
    answer();
    await expect.element(button("Generate · about $3.20")).toBeVisible();
    expect(height(el)).toBe(before);
  });

  test("asks once the typing rests, and says nothing to a screen reader by itself", async () => {
    const { el, kernel } = mountPriced(plan());
    await eventually(() => kernel.asked("plan").length).toBe(1);
    const said = () => [...el.querySelectorAll("[aria-live]")].map(({ textContent }) => textContent).join("");
    const before = said();
    await userEvent.type(prompt(), " over the harbour");
    await eventually(() => kernel.asked("plan").length).toBe(2);
    expect(said()).toBe(before);
  });

  test("a form that is not filled in has a price, and no problem", async () => {
    const { el, kernel } = mountPriced(plan(), { images: [], form: { ...form, prompt: "" } });
    await expect.element(button("Generate · about $0.65")).toBeVisible();
    kernel.handlers.plan = async () => {
      throw new RefusedError("The prompt is too long.", "prompt");
    };
    await prompt().fill("A");
    await expect.element(page.getByRole("button", { name: "Generate", exact: true })).toBeVisible();
    expect(el.querySelector(".rk-problem")).toBeNull();
  });
});

describe("a sweep by model", () => {
  test("has the sum in the button and the parts below it", async () => {
    const parts = ["Kling v3 Pro about $0.65", "Veo 3.1 price not known yet"];
    const { el } = mountPriced(plan({ count: 2 }, { amount: "more than $0.65", parts }), {
      form: { ...form, models: [veo.id] },
    });
    await expect.element(button("Generate 2 · more than $0.65")).toBeVisible();
    const shown = el.querySelector(".rk-parts")?.textContent?.replaceAll("\u00a0", " ");
    expect(shown).toBe("Kling v3 Pro about $0.65 · Veo 3.1 price not known yet");
  });
});

describe("a budget", () => {
  const fits = { left: "$3.40 of $20 left today", over: null };
  const over = { left: "$0.40 of $20 left today", over: "Over budget: up to $0.90. 3 s would fit." };
  const refusal = "Over budget: this may cost up to $0.90, and $0.40 is left. Nothing was sent.";

  test("says what is left, and what would fit before it is sent; a refusal loses nothing", async () => {
    const { el, kernel } = mountPriced(plan({ limit: fits }));
    await expect.element(page.getByText("$3.40 of $20 left today")).toBeVisible();
    const before = height(el);
    kernel.handlers.plan = async () => ({ value: plan({ limit: over }) });
    kernel.handlers.generate = async () => {
      throw new RefusedError(refusal, null);
    };
    await prompt().fill("A long pan");
    await expect.element(page.getByText("Over budget: up to $0.90. 3 s would fit.")).toBeVisible();
    expect(height(el)).toBe(before);
    await expect.element(button("Generate")).toHaveAccessibleDescription(/left today.*3 s would fit/);
    expect((await axe.run(el)).violations).toEqual([]);
    await button("Generate").click();
    await expect.element(page.getByText(refusal).first()).toBeVisible();
    await expect.element(prompt()).toHaveValue("A long pan");
    expect(kernel.asked("generate").length).toBe(1);
  });
});

describe("the menu of models", () => {
  const model = () => page.getByRole("combobox", { name: "Model" });
  const offered = () =>
    [...(model().element() as HTMLSelectElement).options].map(({ label }) => label.replace(/\s/g, " "));

  test("says what one of each costs with the settings of now, when it is about to be opened", async () => {
    const { kernel } = mountStudio(
      { ...ready, form: { ...form, settings: { duration: ["5", "8"] } }, endpoints: [endpoint(), veo] },
      (kernel) => {
        kernel.handlers.prices = async () => ({ value: { prices: { [endpoint().id]: "about $0.65" } } });
      },
    );
    await eventually(() => kernel.asked("plan").length).toBeGreaterThan(0);
    expect(kernel.asked("prices")).toEqual([]);
    (model().element() as HTMLElement).focus();
    await eventually(offered).toContain("Kling v3 Pro · about $0.65");
    expect(offered()).toContain("Veo 3.1");
    // Of several values the first; and "8 s" is spelt as each model has it.
    expect(kernel.asked("prices")[0]?.models).toEqual([
      { endpoint: endpoint().id, settings: { duration: "5" } },
      { endpoint: veo.id, settings: { duration: "8s" } },
    ]);
    await model().selectOptions("Veo 3.1");
    expect(offered(), "the settings are the same").toContain("Kling v3 Pro · about $0.65");
    await page.getByRole("switch", { name: "Sound" }).click();
    await eventually(offered).toContain("Kling v3 Pro");
    await userEvent.hover(model());
    await eventually(() => kernel.asked("prices").at(-1)?.models[0]?.settings).toEqual({
      duration: "5",
      generate_audio: false,
    });
    await eventually(offered).toContain("Kling v3 Pro · about $0.65");
  });

  test("is of use where the prices cannot be had", async () => {
    const { kernel, el } = mountStudio({ ...ready, endpoints: [endpoint(), veo] }, (kernel) => {
      kernel.handlers.prices = async () => {
        throw new RefusedError("No.", null);
      };
    });
    (model().element() as HTMLElement).focus();
    await eventually(() => kernel.asked("prices").length).toBe(1);
    expect(offered()).toContain("Veo 3.1");
    expect(el.querySelector(".rk-problem")).toBeNull();
  });
});
