import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountStudio } from "../../mounted";
import { banana, boxed, everyTask, field, image, pictures, plan, speech, take } from "../../samples";

const settle = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const all = {
  endpoints: everyTask,
  form: { endpoint: "kling-v3-pro/image-to-video", prompt: "Dolly in", settings: { duration: "8" } },
  images: [image()],
};
const word = (name: string) => page.getByRole("radio", { name, exact: true });
const model = () => (page.getByRole("combobox", { name: "Model" }).element() as HTMLSelectElement).value;
const prompt = () => document.querySelector<HTMLTextAreaElement>(".rk-prompt")?.value;
const choose = async (name: string) => {
  await page.getByRole("radiogroup", { name: "What to make" }).getByText(name, { exact: true }).click();
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

describe("a picture of a take", () => {
  const still = pictures(2, { endpoint: "nano-banana/text-to-image" });

  test.each([
    [
      "Animate",
      "Video",
      "kling-v3-pro/image-to-video",
      "This image is the start image now. What should move?",
    ],
    ["Edit", "Image", "nano-banana/edit", "This image can be edited now. What should change?"],
    [
      "Find boxes",
      "Boxes",
      "reka-edge/image-to-bbox",
      "This image can be searched now. What should be found?",
    ],
  ])(
    "%s: the form turns, with the file that is shown, and back with Undo",
    async (action, to, model_, words) => {
      const { el, kernel } = mountStudio({
        ...all,
        form: { endpoint: "eleven-v3/text-to-speech", prompt: "Welcome aboard", settings: {} },
        images: [],
        takes: [still],
        opened: "pictures",
      });
      await page.getByRole("radio", { name: "Image 2 of 2" }).click();
      await button(action).click();
      await expect.element(word(to)).toBeChecked();
      expect(model()).toBe(model_);
      expect(kernel.asked("next_shot").at(-1)).toMatchObject({ take: "pictures", at: null, file: 1 });
      await eventually(() => el.querySelector(".rk-words")?.textContent).toContain(words);
      await expect.element(page.getByRole("textbox", { name: "Prompt" })).toHaveFocus();
      expect(prompt()).toBe("");
      await button("Undo").click();
      await expect.element(word("Speech")).toBeChecked();
      expect(prompt()).toBe("Welcome aboard");
      expect(kernel.traits.images).toEqual([]);
    },
  );
});

describe("several of each", () => {
  test.each([
    ["Image", "12 images", "8 images"],
    ["Speech", "12 sounds", "8 sounds"],
    ["Boxes", "12 sets of boxes", "8 sets of boxes"],
  ])(
    "%s: alternatives are counted by their kind, begun as a sweep, and asked before many",
    async (name, many, eight) => {
      const { kernel } = mountStudio({ ...all, form: { ...all.form, settings: {} } }, (fake) => {
        fake.handlers.sweep_begin = async ({ agreed, takes = 1 }) => ({
          value:
            takes * 2 > 4 && !agreed
              ? { sweep: null, one: null, new: 12 }
              : { sweep: "s", one: null, new: 2 },
        });
      });
      await choose(name);
      const endpoint = model();
      await page.getByRole("textbox").first().fill("A {{red|blue}} boat");
      await expect.element(button(/^Generate 2/)).toBeVisible();
      await button(/^Generate 2/).click();
      await eventually(() => kernel.asked("sweep_begin").at(-1)).toMatchObject({
        ...{ endpoint, prompt: "A {{red|blue}} boat", takes: 1, agreed: 0 },
        images: name === "Speech" ? {} : { start: "sha256:harbour" },
      });
      const four = page.getByRole("button", {
        name: new RegExp(`^Make 4 new takes of each, ${eight}`.replaceAll(" ", "\\s")),
      });
      await four.click();
      await expect.element(button(new RegExp(`^Make ${many}.*\\?$`.replaceAll(" ", "\\s")))).toBeVisible();
    },
  );

  test.each(["Image", "Speech", "Boxes"])("%s: what is kept is shown, and another one made", async (name) => {
    const kept = name === "Speech" ? speech() : name === "Boxes" ? boxed() : pictures(1);
    const { el, kernel } = mountStudio({ ...all, takes: [kept] }, (fake) => {
      const there = plan({ kept: 1 });
      const requests = there.requests.map((one) => ({ ...one, job: kept.id }));
      fake.handlers.plan = async () => ({ value: { ...there, requests } });
    });
    await choose(name);
    await page.getByRole("textbox").first().fill("A boat");
    await button("Show it").click();
    await eventually(() => el.querySelector(".rk-player")?.getAttribute("data-take")).toBe(kept.id);
    await button("Make another").click();
    await eventually(() => kernel.asked("generate").at(-1)).toMatchObject({ again: true, endpoint: model() });
  });
});

test("the hint of several values is there only where a list has them", async () => {
  localStorage.setItem("rk-hints", "1");
  const { el } = mountStudio(all);
  const hint = () => el.querySelector(".rk-try > span")?.textContent;
  await eventually(hint).toContain("Several…");
  await choose("Speech");
  expect(hint()).toBeUndefined();
  await choose("Video");
  expect(hint()).toContain("Several…");
});

describe("an option of text among few", () => {
  test("stands in the row, is sent as it is written, and is none where it is empty", async () => {
    const { kernel, el } = mountStudio(all);
    await choose("Speech");
    expect(button(/^More/).query()).toBeNull();
    const voice = page.getByRole("textbox", { name: "Voice (unverified)" });
    await voice.fill("Nora");
    await eventually(() => kernel.asked("plan").at(-1)?.settings).toEqual({ voice: "Nora" });
    await voice.fill("");
    await eventually(() => kernel.asked("plan").at(-1)?.settings).toEqual({});
    expect(el.querySelector(".rk-options .rk-pill-written")).not.toBeNull();
  });

  test("a number says that it is out of range, and one with several values can be given up for one", async () => {
    const count = field("number", "num_images", "Images", {
      ...{ integer: true, minimum: 1 },
      prominent: true,
    });
    const seeds = field("number", "seed", "Seed", { integer: true, prominent: true });
    mountStudio({
      endpoints: [{ ...banana, default: true, fields: [count, seeds] }],
      form: { endpoint: banana.id, prompt: "A boat", settings: { seed: [1, 2] } },
      images: [],
    });
    const images = page.getByRole("spinbutton", { name: "Images (unverified)" });
    await images.fill("0");
    await expect.element(images).toHaveAttribute("aria-invalid", "true");
    await expect.element(images).toHaveAccessibleDescription("Images is 1 or more.");
    await images.fill("2");
    await expect.element(images).toHaveAttribute("aria-invalid", "false");
    await expect.element(page.getByText("1, 2", { exact: true })).toBeVisible();
  });
});

describe.each([400, 560, 700, 900, 1000, 1600])("at %i px", (width) => {
  test.each([
    ["empty", { ...all, images: [], form: { ...all.form, prompt: "", settings: {} } }],
    ["filled in", all],
  ])("the four words have their parts in the same places, %s", async (_, about) => {
    await page.viewport(width + 20, 900);
    const { el } = mountStudio(about);
    el.style.width = `${width}px`;
    const places = () => {
      const { top, height } = (el.querySelector(".rk-compose") as HTMLElement).getBoundingClientRect();
      const parts = [".rk-outputs", ".rk-options", ".rk-meter-line", ".rk-go-row", ".rk-foot", ".rk-words"];
      const found = parts.map((name) => {
        const box = (el.querySelector(name) as HTMLElement).getBoundingClientRect();
        return [name, Math.round(box.top - top), Math.round(box.height)];
      });
      // What is said, last, may take more than one line.
      const said = el.querySelector(".rk-words .rk-notice") !== null;
      return said ? found.slice(0, -1) : [...found, ["all", Math.round(height)]];
    };
    await settle(200);
    const before = places();
    for (const name of ["Image", "Speech", "Boxes", "Video"]) {
      await choose(name);
      await settle(200);
      const now = places();
      expect(now, name).toEqual(before.slice(0, now.length));
    }
  });
});
