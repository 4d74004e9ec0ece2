import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { take, veo } from "../../samples";

const made = take({
  endpoint: veo.id,
  prompt: "Gulls rise",
  settings: { duration: "6s", seed: 7 },
});

async function opened(about = made) {
  const mounted = mountStudio({ takes: [about] });
  mounted.el.querySelector<HTMLButtonElement>(".rk-take")?.click();
  await expect.element(button("Reuse settings")).toBeVisible();
  return mounted;
}

describe("a take that is looked at", () => {
  test("fills the form with all that it was asked with", async () => {
    const { kernel } = await opened();
    await button("Reuse settings").click();
    await expect.element(prompt()).toHaveValue("Gulls rise");
    await expect.element(page.getByRole("combobox", { name: "Model" })).toHaveValue(veo.id);
    await expect.element(page.getByRole("combobox", { name: "Duration" })).toHaveDisplayValue("6 s");
    await button(/^More/).click();
    await expect.element(page.getByRole("spinbutton", { name: "Seed" })).toHaveValue(7);
    expect(kernel.asked("recall")).toMatchObject([{ take: made.id, seed: true }]);
  });

  test("fills it but for the seed", async () => {
    await opened();
    await button("Details and more").click();
    await button("Reuse with a new seed").click();
    await expect.element(prompt()).toHaveValue("Gulls rise");
    await button(/^More/).click();
    await expect.element(page.getByRole("spinbutton", { name: "Seed" })).toHaveValue(null);
  });

  test("offers that only where there is a seed, and a next shot only of a video", async () => {
    const { el } = await opened(take({ kind: "image", settings: {} }));
    const words = [...el.querySelectorAll(".rk-player button")].map((one) => one.textContent);
    expect(words).not.toContain("Reuse with a new seed");
    expect(words).not.toContain("Continue from here");
  });

  test("gives back what was being written", async () => {
    await opened();
    await prompt().fill("Something of mine");
    await button("Reuse settings").click();
    await expect.element(prompt()).toHaveValue("Gulls rise");
    await button("Undo").click();
    await expect.element(prompt()).toHaveValue("Something of mine");
  });

  test("is where the next shot begins", async () => {
    const { el } = await opened();
    await prompt().fill("And then");
    await button("Continue from here").click();
    await eventually(() => el.querySelector(".rk-image-name")?.textContent).toBe(`last frame of ${made.id}`);
    await expect.element(prompt()).toHaveValue(made.prompt);
    await button("Undo").click();
    await expect.element(prompt()).toHaveValue("And then");
  });

  test("is pinned, which the wall shows, and not any more", async () => {
    const { el } = await opened();
    await button("Details and more").click();
    const pressed = () => button(/^Pin$/).element().getAttribute("aria-pressed");
    await button(/^Pin$/).click();
    await eventually(pressed).toBe("true");
    expect(el.querySelector(".rk-take")?.textContent).toContain("Pinned");
    await button(/^Pin$/).click();
    await eventually(pressed).toBe("false");
    expect(el.querySelector(".rk-take")?.textContent).not.toContain("Pinned");
  });

  test("says why it cannot be used again", async () => {
    const { kernel } = await opened();
    kernel.handlers.recall = async () => {
      throw new Error("The image is not in the library any more.");
    };
    await prompt().fill("Something of mine");
    await button("Reuse settings").click();
    await expect.element(page.getByText("The image is not in the library any more.").first()).toBeVisible();
    await expect.element(prompt()).toHaveValue("Something of mine");
  });
});
