import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { wait } from "../../numbered";
import { banana, endpoint, image, take, veo } from "../../samples";

const made = take({ endpoint: veo.id, prompt: "Gulls rise", settings: { duration: "6s" } });
const mine = image({
  framing: { fit: "crop", box: [0, 0, 100, 100], ratio: null, colour: null, aspect: null },
});
const box = () => prompt().element() as HTMLTextAreaElement;
const names = (kernel: FakeKernel) => (kernel.traits.images ?? []).map(({ name }) => name);

async function opened(about = made, traits: Parameters<typeof mountStudio>[0] = {}) {
  const studio = mountStudio({ images: [mine], takes: [about], ...traits });
  studio.el.querySelector<HTMLButtonElement>(".rk-take")?.click();
  await expect.element(button("Reuse settings")).toBeVisible();
  return studio;
}

describe("what is loaded into the form", () => {
  test("brings it into sight, with the caret at the prompt's end, and marks it", async () => {
    const above = document.createElement("div");
    above.style.height = "3000px";
    document.body.prepend(above);
    try {
      const { el } = await opened();
      scrollTo(0, document.body.scrollHeight);
      await button("Reuse settings").click();
      await eventually(() => document.activeElement).toBe(box());
      expect([box().value, box().selectionStart, box().selectionEnd]).toEqual(["Gulls rise", 10, 10]);
      await eventually(() => {
        const { top, bottom } = box().getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }).toBe(true);
      expect(el.querySelector("form")?.getAnimations().length).toBe(1);
      await eventually(() => document.querySelector("[role=status]")?.textContent).toBe(
        "Loaded this take's settings.",
      );
    } finally {
      above.remove();
    }
  });

  test("is shown in the view where it was asked for", async () => {
    const studio = await opened();
    const second = studio.show();
    await eventually(() => second.el.querySelector(".rk-player")).not.toBeNull();
    const reuse = [...second.el.querySelectorAll("button")].find(
      (one) => one.textContent === "Reuse settings",
    );
    reuse?.focus();
    reuse?.click();
    await eventually(() => document.activeElement).toBe(second.el.querySelector(".rk-prompt"));
  });

  test("is undone as a whole: words, model, settings, images and their framing; and done again", async () => {
    const { kernel } = await opened();
    await prompt().fill("Something of mine");
    kernel.handlers.recall = async ({ by = "" }) => {
      kernel.set("images", [image({ digest: "sha256:its", name: "its.jpg" }), image({ slot: "end" })]);
      return { value: { endpoint: veo.id, prompt: "Gulls rise", settings: { duration: "6s" }, by } };
    };
    await button("Reuse settings").click();
    await expect.element(prompt()).toHaveValue("Gulls rise");
    await expect.element(page.getByRole("combobox", { name: "Model" })).toHaveValue(veo.id);
    // It is still there when the first words are written.
    await prompt().fill("Gulls rise, and");
    await button("Undo").click();
    await expect.element(prompt()).toHaveValue("Something of mine");
    await expect.element(page.getByRole("combobox", { name: "Model" })).toHaveValue(endpoint().id);
    await eventually(() => kernel.traits.images).toEqual([mine]);
    await button("Redo").click();
    await expect.element(prompt()).toHaveValue("Gulls rise, and");
    await eventually(() => names(kernel)).toEqual(["its.jpg", "harbour.jpg"]);
  });

  test("does not replace what is written meanwhile, not even for a moment, nor its image", async () => {
    const { kernel } = await opened();
    const recall = kernel.handlers.recall;
    kernel.handlers.recall = async (...asked) => {
      kernel.set("images", [image({ digest: "sha256:its", name: "its.jpg" })]);
      return recall(...asked);
    };
    kernel.latency = 300;
    await button("Reuse settings").click();
    await prompt().fill("Something of mine");
    const seen = new Set<string>();
    const watch = setInterval(() => seen.add(box().value), 5);
    await expect.element(page.getByText(/You changed the form/).first()).toBeVisible();
    clearInterval(watch);
    expect([...seen]).toEqual(["Something of mine"]);
    await eventually(() => kernel.traits.images).toEqual([mine]);
  });

  test("is the last of two that are asked for at once", async () => {
    const other = take({ id: "other", prompt: "Other one" });
    const { kernel } = await opened(made, { takes: [made, other] });
    const recall = kernel.handlers.recall;
    kernel.handlers.recall = async (fields, buffers) => {
      if (fields.take === made.id) await wait(400);
      return recall(fields, buffers);
    };
    await button("Reuse settings").click();
    await button(/Other one/).click();
    await button("Reuse settings").click();
    await expect.element(prompt()).toHaveValue("Other one");
    await wait(500);
    await expect.element(prompt()).toHaveValue("Other one");
    await expect.element(page.getByText(/You changed the form/)).not.toBeInTheDocument();
  });

  test("puts an image that does not arrive out of the way", async () => {
    const { kernel, el } = await opened();
    kernel.handlers.image_url = async () => {
      throw new Error("There is no image at this address.");
    };
    await button("Replace").click();
    await button("Use a URL").click();
    await page.getByRole("textbox", { name: "Image URL" }).fill("https://example.org/a.jpg");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByText("There is no image at this address.").first()).toBeVisible();
    await button("Reuse settings").click();
    await eventually(() => el.querySelector(".rk-image-name")?.textContent).toBe("harbour.jpg");
  });
});

describe("a start image from a take", () => {
  test("turns to a model that takes one, and back with Undo", async () => {
    const picture = take({ id: "picture", kind: "image", endpoint: banana.id, duration: null });
    const { kernel } = await opened(picture, {
      images: [],
      form: { endpoint: banana.id, prompt: "A harbour", settings: {} },
    });
    const model = page.getByRole("combobox", { name: "Model" });
    await expect.element(model).toHaveValue(banana.id);
    await button("Animate").click();
    await expect.element(model).toHaveValue(endpoint().id);
    await expect
      .element(page.getByText("This image is the start image now. What should move?").first())
      .toBeVisible();
    await eventually(() => document.activeElement).toBe(box());
    expect(names(kernel)).toEqual(["last frame of picture"]);
    await button("Undo").click();
    await expect.element(model).toHaveValue(banana.id);
    await eventually(() => names(kernel)).toEqual([]);
  });
});

describe("going on from a take of several", () => {
  const several = {
    form: {
      endpoint: endpoint().id,
      prompt: "A {{slow|fast}} pan",
      settings: { duration: ["3", "5"] },
      models: [veo.id],
    },
  };

  test("asks for one, with the take's own words and values; Undo brings the several back", async () => {
    const one = take({ prompt: "A slow pan", settings: { duration: "3" } });
    const { kernel } = await opened(one, several);
    await button("Continue from here").click();
    await expect.element(prompt()).toHaveValue("A slow pan");
    await eventually(() => document.activeElement).toBe(box());
    await eventually(() => kernel.asked("plan").at(-1)).toMatchObject({
      prompt: "A slow pan",
      settings: { duration: "3" },
    });
    expect(kernel.asked("plan").at(-1)).not.toHaveProperty("models");
    await button("Undo").click();
    await expect.element(prompt()).toHaveValue("A {{slow|fast}} pan");
    await eventually(() => kernel.asked("plan").at(-1)).toMatchObject({ settings: { duration: ["3", "5"] } });
  });

  test("keeps the words for what an image is to do, but not their alternatives", async () => {
    const still = take({ kind: "image", media_type: "image/png", prompt: "A red boat", duration: null });
    const first = await opened(still, { form: { ...several.form, prompt: "It drifts away" } });
    await button("Animate").click();
    await expect.element(page.getByText("What should move?").first()).toBeVisible();
    await expect.element(prompt()).toHaveValue("It drifts away");
    first.close();
    await opened(still, { form: { ...several.form, prompt: "A {{red|blue}} boat" } });
    await button("Animate").click();
    await expect.element(prompt()).toHaveValue("A red boat");
  });

  test("what is written while the kernel is asked stays", async () => {
    const { kernel } = await opened(take({ prompt: "A slow pan" }), several);
    kernel.latency = 200;
    await button("Continue from here").click();
    await prompt().fill("Something of mine");
    await eventually(() => kernel.asked("next_shot").length).toBe(1);
    await expect.element(page.getByText("What happens next?").first()).toBeVisible();
    await expect.element(prompt()).toHaveValue("Something of mine");
  });
});
