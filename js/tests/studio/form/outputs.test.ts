import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountStudio } from "../../mounted";
import { everyTask, image, take } from "../../samples";

const all = {
  endpoints: everyTask,
  form: { endpoint: "kling-v3-pro/image-to-video", prompt: "Dolly in", settings: { duration: "8" } },
  images: [image()],
};
const word = (name: string) => page.getByRole("radio", { name });
const model = () => (page.getByRole("combobox", { name: "Model" }).element() as HTMLSelectElement).value;
const prompt = () => document.querySelector<HTMLTextAreaElement>(".rk-prompt")?.value;
const choose = async (name: string) => {
  await page.getByText(name, { exact: true }).first().click();
  await expect.element(word(name)).toBeChecked();
};

describe("what to make", () => {
  test("an image is edited, the prompt goes along, and what does not is said, with Undo", async () => {
    const { el } = mountStudio(all);
    await choose("Image");
    expect(model()).toBe("nano-banana/edit");
    expect(prompt()).toBe("Dolly in");
    await expect.element(page.getByText("The duration stays with Video.").first()).toBeVisible();
    expect(el.querySelector(".rk-images")?.textContent).toContain("harbour.jpg");
    await button("Undo").click();
    await expect.element(word("Video")).toBeChecked();
    expect(model()).toBe("kling-v3-pro/image-to-video");
  });

  test("each output has its own words and settings, which come back, after a reload too", async () => {
    const { kernel, el, close } = mountStudio(all);
    await choose("Speech");
    expect(model()).toBe("eleven-v3/text-to-speech");
    expect(prompt()).toBe("");
    expect(el.querySelector(".rk-images")).toBeNull();
    await page.getByPlaceholder("What should be said?").fill("Welcome aboard");
    await choose("Video");
    expect(prompt()).toBe("Dolly in");
    await eventually(() => kernel.asked("draft").at(-1)?.settings).toEqual({ duration: "8" });
    close();
    mountStudio(all);
    await choose("Speech");
    expect(prompt()).toBe("Welcome aboard");
  });

  test("taking the image out turns to words alone, and back with the model that was meant", async () => {
    const { kernel } = mountStudio(all);
    await button("Remove Start image").click();
    await expect.poll(model).toBe("wan-2/text-to-video");
    await expect.element(page.getByText("Kling v3 Pro needs an image: using Wan 2.").first()).toBeVisible();
    expect((page.getByRole("combobox", { name: "Model" }).element() as HTMLSelectElement).length).toBe(2);
    await button(/Try a sample photo/).click();
    await expect.poll(model).toBe("kling-v3-pro/image-to-video");
    await eventually(() => kernel.asked("plan").at(-1)?.images).toEqual({ start: "sha256:harbour.jpg" });
  });

  test("an image that is made from words becomes an edit when an image is added", async () => {
    mountStudio({ ...all, images: [] });
    await choose("Image");
    expect(model()).toBe("nano-banana/text-to-image");
    await expect.element(page.getByText("or paste it; optional")).toBeVisible();
    await button(/Try a sample photo/).click();
    await expect.poll(model).toBe("nano-banana/edit");
    await expect.element(button("Reference image 2 (optional)")).toBeVisible();
  });

  test("the arrow keys go from word to word; one that nothing makes says so and is not chosen", async () => {
    mountStudio({ ...all, endpoints: all.endpoints.filter(({ output }) => output !== "audio") });
    (word("Video").element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(word("Image")).toBeChecked();
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(page.getByText(/Your account's list has no model for speech/).first()).toBeVisible();
    await expect.element(word("Image")).toBeChecked();
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(word("Boxes")).toBeChecked();
    expect(model()).toBe("reka-edge/image-to-bbox");
  });

  test("reusing a take's settings turns the form to what it is", async () => {
    const still = take({
      id: "still",
      kind: "image",
      endpoint: "nano-banana/text-to-image",
      settings: {},
      prompt: "A harbour",
    });
    const { el } = mountStudio({ ...all, takes: [still], opened: "still" });
    await button(/Reuse settings/)
      .first()
      .click();
    await expect.element(word("Image")).toBeChecked();
    expect(prompt()).toBe("A harbour");
    await choose("Video");
    expect(prompt()).toBe("Dolly in");
    expect(el.querySelector(".rk-problem")).toBeNull();
  });
});
