import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { button, eventually, mountStudio } from "../../mounted";
import { described, take } from "../../samples";

const PRICED = {
  words:
    "Sends the whole video, 5 s, 1.2 MB to Reka Edge at api.reka.ai. Charged to your account; the price is not known.",
  free: false,
};

// The live region has the same words.
const shown = () => document.querySelector(".rk-describe")?.textContent;

async function opened(about = take(), prepare?: Parameters<typeof mountStudio>[1]) {
  const mounted = mountStudio({ takes: [about] }, prepare);
  mounted.el.querySelector<HTMLButtonElement>(".rk-take")?.click();
  await button("Details and more").click();
  await expect.element(page.getByText(/1 generation/)).toBeVisible();
  return mounted;
}

describe("what is seen in a take", () => {
  test("is said, with what of the prompt is missing, and kept as the note on request", async () => {
    const { kernel } = await opened(take({ note: "Mine" }));
    await button(/^Describe$/).click();
    await eventually(shown).toContain(described().seen);
    await eventually(shown).toContain(described().missing);
    expect(kernel.asked("note")).toEqual([]);
    await button("Keep as note").click();
    await eventually(() => kernel.asked("note").at(-1)?.note).toBe(`Mine\n${described().text}`);
    await expect.element(button("Keep as note")).not.toBeInTheDocument();
  });

  test("is asked for once a person knows what it costs", async () => {
    const { kernel, el } = await opened(take(), (fake) => {
      fake.handlers.describe_plan = async () => ({ value: PRICED });
    });
    await button(/^Describe$/).click();
    await eventually(shown).toContain(PRICED.words);
    expect(kernel.asked("describe")).toEqual([]);
    const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);
    await button("Describe it").click();
    await eventually(shown).toContain(described().seen);
  });

  test("is refused in words where a film is too long, and can be asked again", async () => {
    await opened(take(), (fake) => {
      fake.handlers.describe_plan = async () => {
        throw new Error("This video is 42 s long, and Reka Edge looks at up to 30 s. Nothing was sent.");
      };
    });
    await button(/^Describe$/).click();
    await eventually(shown).toContain("42 s long");
    await expect.element(button(/^Describe$/)).toBeVisible();
  });

  test("is not offered for a sound", async () => {
    await opened(take({ kind: "audio" }));
    await expect.element(button(/^Describe$/)).not.toBeInTheDocument();
  });

  test("is offered for boxes", async () => {
    await opened(take({ kind: "boxes" }));
    await expect.element(button(/^Describe$/)).toBeVisible();
  });
});
