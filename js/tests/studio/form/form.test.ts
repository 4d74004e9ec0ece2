import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { RefusedError } from "../../../src/kernel/connection";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { banana, endpoint, image, sora, take, veo } from "../../samples";

const sent = (kernel: FakeKernel) => kernel.asked("generate").at(-1);
const choice = (name: string) => page.getByRole("combobox", { name });
const ready = { images: [image()], form: { endpoint: veo.id, prompt: "Slow dolly in", settings: {} } };

describe("the form", () => {
  test("draws each kind of option and sends what was chosen, and only that", async () => {
    const { kernel } = mountStudio(ready);
    await choice("Duration").selectOptions("6 s");
    await button(/^More/).click();
    await page.getByRole("switch", { name: "Sound" }).click();
    await page.getByRole("spinbutton", { name: "Seed" }).fill("42");
    await page.getByRole("textbox", { name: "Negative prompt" }).fill("people");
    await button("Generate").click();
    await eventually(() => sent(kernel)).toMatchObject({
      endpoint: veo.id,
      prompt: "Slow dolly in",
      settings: { duration: "6s", generate_audio: false, seed: 42, negative_prompt: "people" },
      images: { start: "sha256:harbour" },
      again: false,
    });
  });

  test("a number that JavaScript cannot hold passes as it was typed, and as Python gave it", async () => {
    const { kernel } = mountStudio({
      ...ready,
      form: { ...ready.form, settings: { seed: "9007199254740993" } },
    });
    await button(/^More/).click();
    const seed = page.getByRole("spinbutton", { name: "Seed" });
    await expect.element(seed).toHaveDisplayValue("9007199254740993");
    await button("Generate").click();
    await eventually(() => sent(kernel)?.settings).toEqual({ seed: "9007199254740993" });
    await seed.fill("9007199254740995");
    await expect.element(seed).toHaveDisplayValue("9007199254740995");
    await button("Generate").click();
    await eventually(() => sent(kernel)?.settings).toEqual({ seed: "9007199254740995" });
  });

  test("Generate keeps the colour of its words under the pointer", async () => {
    mountStudio(ready);
    const colour = () => getComputedStyle(button("Generate").element()).color;
    const before = colour();
    await button("Generate").hover();
    expect(colour()).toBe(before);
  });

  test("a default is shown and not sent, and can be chosen on purpose", async () => {
    const { kernel } = mountStudio(ready);
    await expect.element(choice("Duration")).toHaveDisplayValue("Default (8 s)");
    await button("Generate").click();
    await eventually(() => sent(kernel)?.settings).toEqual({});
    await choice("Duration").selectOptions("8 s");
    await button("Generate").click();
    await eventually(() => sent(kernel)?.settings).toEqual({ duration: "8s" });
  });

  test("says which options are only assumed, and how to correct them", async () => {
    const { el } = mountStudio(ready);
    await expect.element(choice("Resolution (unverified)")).toBeInTheDocument();
    await expect.element(page.getByText("are unverified")).toBeVisible();
    const snippet = page.getByRole("textbox", { name: "Suggested correction" });
    await expect.element(snippet).not.toBeInTheDocument();
    await button("Details of what is unverified").click();
    await expect.element(page.getByText("reka-notebook catalogue veo-3.1")).toBeVisible();
    const correction = JSON.parse(el.querySelector<HTMLTextAreaElement>(".rk-correct .rk-code")?.value ?? "");
    expect(correction.endpoints[veo.id].input.properties.duration.enum).toEqual(["4s", "6s", "8s"]);
  });

  test("says nothing of that where all is documented", async () => {
    const known = endpoint({ assumed: [], fields: [] });
    mountStudio({ ...ready, endpoints: [known] });
    await expect.element(button("Generate")).toBeVisible();
    expect(document.body.textContent).not.toContain("unverified");
  });

  test("another model keeps the values that fit, and going back brings the others back", async () => {
    const { kernel } = mountStudio({
      ...ready,
      form: { endpoint: endpoint().id, prompt: "Pan", settings: { duration: "15", cfg_scale: 0.3 } },
    });
    await choice("Model").selectOptions("Veo 3.1");
    await expect.element(choice("Duration")).toHaveDisplayValue("Default (8 s)");
    await choice("Duration").selectOptions("8 s");
    await choice("Model").selectOptions("Sora 2 Pro");
    await expect.element(choice("Duration")).toHaveDisplayValue("8 s");
    await choice("Model").selectOptions("Kling v3 Pro");
    await button("Generate").click();
    await eventually(() => sent(kernel)).toMatchObject({
      endpoint: endpoint().id,
      prompt: "Pan",
      settings: { duration: "8", cfg_scale: 0.3 },
    });
  });

  test("a model without images says so in their place, and is not sent any", async () => {
    const { kernel, el } = mountStudio(ready);
    await page.getByRole("radiogroup", { name: "What to make" }).getByText("Image", { exact: true }).click();
    await expect.element(choice("Model")).toHaveDisplayValue("Nano Banana");
    expect(el.querySelector(".rk-images")?.textContent).toBe("Text onlyharbour.jpg is not sent.");
    await choice("Images").selectOptions("3");
    await button("Generate").click();
    await eventually(() => sent(kernel)).toMatchObject({
      endpoint: banana.id,
      settings: { num_images: 3 },
      images: {},
    });
  });

  test("Reset leaves all options to the service", async () => {
    const { kernel } = mountStudio({
      ...ready,
      form: { ...ready.form, settings: { duration: "4s", seed: 1 } },
    });
    await button(/^More/).click();
    await button(/^Reset/).click();
    await button("Generate").click();
    await eventually(() => sent(kernel)?.settings).toEqual({});
  });
});

describe("what is missing is said, and nothing is sent", () => {
  test.each([
    ["an image", { form: ready.form }, "Veo 3.1 needs an image."],
    ["a prompt", { images: [image()], form: { ...ready.form, prompt: "  " } }, "Write a prompt first."],
    [
      "a number in its range",
      { ...ready, form: { ...ready.form, settings: { seed: -4 } } },
      "Seed is 0 or more.",
    ],
  ])("%s", async (_, about, words) => {
    const { kernel, el } = mountStudio(about);
    await button("Generate").click();
    await expect.element(el.querySelector(".rk-notice-words") as HTMLElement).toHaveTextContent(words);
    expect(kernel.asked("generate")).toHaveLength(0);
  });
});

describe("the kernel's answer", () => {
  test("an error is shown in its words, at its field, and goes when the form is changed", async () => {
    const { el } = mountStudio(ready, (kernel) => {
      kernel.handlers.generate = async () => {
        throw new RefusedError("<b>duration</b> is one of 4s, 6s, 8s.", "duration");
      };
    });
    await button("Generate").click();
    const notice = page.getByText("<b>duration</b> is one of 4s, 6s, 8s.", { exact: true });
    await expect.element(notice.first()).toBeVisible();
    expect(el.querySelector("[aria-invalid=true]")?.closest("label")?.textContent).toContain("Duration");
    await prompt().fill("Another");
    await eventually(() => el.querySelector(".rk-notice")).toBeNull();
  });

  test("what turns out to be kept already is opened and costs nothing", async () => {
    mountStudio({ ...ready, takes: [take()] }, (kernel) => {
      kernel.handlers.generate = async () => ({ value: { job: "take-1", kept: true } });
    });
    await button("Generate").click();
    await expect.element(page.getByText("No charge").first()).toBeVisible();
    await expect.element(page.getByRole("article", { name: "Player" })).toBeVisible();
  });

  test("one press is one request, however quick the second", async () => {
    const { kernel } = mountStudio(ready, (kernel) => {
      kernel.latency = 60;
    });
    await button("Generate").dblClick();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(kernel.asked("generate")).toHaveLength(1);
  });
});

describe("what is typed", () => {
  test("is not undone by the echo of what was sent", async () => {
    let echo = () => {};
    const typedOn = new Promise<void>((resolve) => {
      echo = resolve;
    });
    const { kernel } = mountStudio(ready, (kernel) => {
      // The kernel may spell settings in its own way.
      kernel.handlers.draft = async (fields) => {
        await typedOn;
        kernel.set("form", { ...fields, settings: { duration: "8s" } });
        return { value: {} };
      };
    });
    await prompt().fill("Slow dolly up");
    await button("Generate").click();
    await eventually(() => kernel.asked("draft").at(-1)?.prompt).toBe("Slow dolly up");
    await prompt().fill("Slow dolly out");
    echo();
    await eventually(() => kernel.traits.form?.settings).toEqual({ duration: "8s" });
    await expect.element(prompt()).toHaveValue("Slow dolly out");
  });

  test("gives way to what Python sets later", async () => {
    const { kernel } = mountStudio(ready);
    await prompt().fill("Mine");
    kernel.set("form", { endpoint: sora.id, prompt: "From Python", settings: { duration: "12" } });
    await expect.element(prompt()).toHaveValue("From Python");
    await expect.element(choice("Model")).toHaveDisplayValue("Sora 2 Pro");
    await expect.element(choice("Duration")).toHaveDisplayValue("12 s");
  });

  test("survives a reload of the page, cleared options too, until Python changes the form", async () => {
    const first = mountStudio({ ...ready, form: { ...ready.form, settings: { duration: "4s" } } });
    await prompt().fill("Half a thou");
    await button(/^More/).click();
    await button(/^Reset/).click();
    first.close();
    const second = mountStudio(first.kernel.traits);
    await expect.element(prompt()).toHaveValue("Half a thou");
    await expect.element(choice("Duration")).toHaveDisplayValue("Default (8 s)");
    second.close();
    mountStudio({ ...first.kernel.traits, form: { ...ready.form, prompt: "From Python" } });
    await expect.element(prompt()).toHaveValue("From Python");
  });

  test("is never lost when the browser forbids storage", async () => {
    const forbid = () => {
      throw new DOMException("Denied", "SecurityError");
    };
    const { getItem, setItem } = Storage.prototype;
    Object.assign(Storage.prototype, { getItem: forbid, setItem: forbid });
    try {
      const { kernel } = mountStudio(ready);
      await userEvent.type(prompt(), " and up");
      await button("Generate").click();
      await eventually(() => sent(kernel)?.prompt).toBe("Slow dolly in and up");
    } finally {
      Object.assign(Storage.prototype, { getItem, setItem });
    }
  });
});

describe("the models", () => {
  const gone = { ...sora, absent: true, note: "This model is not in your account's list." };

  test("those that the account does not have come last and are shown as such", async () => {
    const other = endpoint({
      ...banana,
      id: "wan-2/image-to-video",
      title: "Wan 2",
      output: "video",
      task: "image-to-video",
      images: veo.images,
    });
    mountStudio({ ...ready, endpoints: [endpoint(), veo, gone, other, banana] });
    const shown = [...(choice("Model").element() as HTMLSelectElement).options].map(({ label }) => label);
    expect(shown).toEqual([
      "Kling v3 Pro",
      "Veo 3.1",
      "Sora 2 Pro (not in your account’s list)",
      "Wan 2",
      "Several…",
      "Refresh this list",
    ]);
    await choice("Model").selectOptions("Sora 2 Pro (not in your account’s list)");
    await expect.element(page.getByText("This model is not in your account's list.")).toBeVisible();
  });

  test("the list is asked for anew from the menu, and the chosen model stays", async () => {
    const { kernel } = mountStudio(ready);
    await choice("Model").selectOptions("Refresh this list");
    await eventually(() => kernel.asked("refresh_models").length).toBe(1);
    await expect.element(page.getByText("12 models in your account's list.").first()).toBeVisible();
    await expect.element(choice("Model")).toHaveDisplayValue("Veo 3.1");
  });

  test("why it could not be had is said", async () => {
    const { kernel } = mountStudio(ready);
    kernel.handlers.refresh_models = async () => {
      throw new RefusedError("There is no API key.", null);
    };
    await choice("Model").selectOptions("Refresh this list");
    await expect
      .element(page.getByText("Could not refresh the list of models. There is no API key.").first())
      .toBeVisible();
  });
});
