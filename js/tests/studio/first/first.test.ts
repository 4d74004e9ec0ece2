import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { RefusedError } from "../../../src/kernel/connection";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { traits } from "../../samples";

const SECRET = "rk51kepnevershown90210";
const keyless = { ...traits().service, lacks_key: true, keyring_problem: null };
const field = () => page.getByLabelText("API key", { exact: true });

describe("without a key", () => {
  test("one card asks for it, and it goes to the kernel alone", async () => {
    const { kernel, el } = mountStudio({ service: keyless });
    await expect.element(field()).toHaveAttribute("type", "password");
    await expect.element(field()).toHaveAttribute("autocomplete", "off");
    await field().fill(SECRET);
    await button("Use this key").click();
    await eventually(() => el.querySelector(".rk-keycard")).toBeNull();
    expect(kernel.asked("use_key")).toEqual([expect.objectContaining({ key: SECRET, keep: false })]);
    const others = kernel.requests.filter(({ type }) => type !== "use_key");
    expect(JSON.stringify([others, kernel.traits])).not.toContain(SECRET);
    expect(JSON.stringify({ ...sessionStorage, ...localStorage }) + el.innerHTML).not.toContain(SECRET);
    await expect.element(prompt()).toHaveFocus();
  });

  test("the field is empty before the kernel answers, and a refused key is not shown", async () => {
    const { kernel, el } = mountStudio({ service: keyless });
    kernel.handlers.use_key = () => {
      throw new RefusedError("The API key has quotes around it: take them away. It was not sent.", null);
    };
    await field().fill(SECRET);
    await userEvent.keyboard("{Enter}");
    await expect.element(field()).toHaveValue("");
    await expect.element(page.getByText("has quotes around it").first()).toBeVisible();
    await expect.element(field()).toHaveAttribute("aria-invalid", "true");
    await expect.element(field()).toHaveFocus();
    expect(el.innerHTML).not.toContain(SECRET);
    expect(kernel.asked("generate")).toHaveLength(0);
  });

  test("it can be kept only where there is a keyring, and the reason is said", async () => {
    const { kernel } = mountStudio({ service: keyless });
    await field().fill(SECRET);
    await button("Keep in the keyring").click();
    await eventually(() => kernel.asked("use_key").map(({ keep }) => keep)).toEqual([true]);
    kernel.set("service", { ...keyless, keyring_problem: "This machine has no keyring." });
    await field().fill(SECRET);
    await expect.element(page.getByText("This machine has no keyring.")).toBeVisible();
    (button("Keep in the keyring").element() as HTMLElement).click();
    expect(kernel.asked("use_key")).toHaveLength(1);
  });

  test("the sandbox needs none, and is left again at the foot", async () => {
    const { kernel } = mountStudio({ service: keyless });
    await button("Try the sandbox, no key needed").click();
    await expect.element(page.getByText("Sandbox: no charges")).toBeVisible();
    await button("Leave the sandbox").click();
    await eventually(() => kernel.asked("use_sandbox").map(({ on }) => on)).toEqual([true, false]);
  });

  test("Generate says what is missing, and leads to it", async () => {
    const { kernel } = mountStudio({ service: keyless });
    await button(/^Generate/).click();
    await expect.element(page.getByText("Add your API key first").first()).toBeVisible();
    await expect.element(field()).toHaveFocus();
    expect(kernel.asked("generate")).toHaveLength(0);
  });
});

describe("prompts to try", () => {
  test("stand where the video will be, and one click writes one, which undo takes back", async () => {
    const { el } = mountStudio();
    const box = () => el.querySelector(".rk-stage-box")?.getBoundingClientRect().height;
    const before = box();
    await prompt().click(); // wherever: it is for writing
    await expect.element(prompt()).toHaveValue("");
    await button("Slow dolly in, the light warms").click();
    await expect.element(prompt()).toHaveValue("Slow dolly in, the light warms");
    await expect.element(prompt()).toHaveFocus();
    expect(button("Slow dolly in, the light warms").query()).toBeNull();
    expect(box()).toBe(before);
    await userEvent.keyboard("{Control>}z{/Control}");
    await expect.element(button("Slow dolly in, the light warms")).toBeVisible();
  });
});

describe("the numbers of the day", () => {
  const today = { made: 31, reused: 9, spent: null, per_second: "$0.21" };
  const foot = (el: HTMLElement) => el.querySelector(".rk-day")?.textContent;

  test("say what was made, reused and spent of a budget", async () => {
    const { el } = mountStudio({ day: { ...today, budget: { words: "$6.20 of $20", share: 0.31 } } });
    expect(foot(el)).toBe("Today: 31 made, 9 reused free$6.20 of $20 · $0.21 a kept second");
  });

  test("leave the list of keys its place in the narrowest cell", () => {
    const { el } = mountStudio({ day: { ...today, budget: null } });
    const right = (of: string) => el.querySelector(of)?.getBoundingClientRect().right ?? Number.NaN;
    for (const width of [300, 270, 256, 240]) {
      el.style.width = `${width}px`;
      expect(right(".rk-keys-button"), `${width} pixels`).toBeLessThan(right(".rk-at-day"));
    }
  });

  test("come without moving anything, whatever there is to say", async () => {
    const { kernel, el } = mountStudio();
    const height = () => el.querySelector(".rk-at-day")?.getBoundingClientRect().height;
    const before = height();
    expect(foot(el)).toBe("Today: 0 made, 0 reused free");
    kernel.set("day", { ...today, budget: { words: "$6.20 of $20 this month", share: 1 } });
    await eventually(() => foot(el)).toContain("31 made");
    expect(height()).toBe(before);
    kernel.set("day", { ...today, spent: "about $6.20", budget: null });
    await eventually(() => foot(el)).toContain("about $6.20 spent · $0.21 a kept second");
    expect(height()).toBe(before);
  });
});
