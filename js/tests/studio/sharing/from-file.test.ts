import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { RefusedError } from "../../../src/kernel/connection";
import type { RecipeOffer } from "../../../src/kernel/protocol";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { image } from "../../samples";

const RECIPE = '{"reka_recipe":1,"model":"veo-3.1","task":"text-to-video","prompt":"a fox"}';
const OFFER: RecipeOffer = {
  key: "one",
  prompt: "a fox {runs} <b>fast</b>",
  written: "a fox {runs} <b>fast</b>",
  model: "Veo 3.1",
  settings: "Duration 4 s · Seed 7",
  notes: ["Its start image (1600 × 900) isn't in your library. Add it yourself."],
  whole: true,
};

/** A film that a page would not read whole, with what it was made with at its end. */
const film = (recipe = RECIPE, name = "fox.mp4", type = "video/mp4") =>
  new File([new Uint8Array(1_000_000), recipe, "</reka:Recipe>"], name, { type });

function drop(el: Element, file: File): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  el.querySelector("textarea")?.dispatchEvent(
    new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }),
  );
}

const offering =
  (offer: RecipeOffer | null = OFFER) =>
  (kernel: FakeKernel) => {
    kernel.handlers.read_recipe = async () => ({ value: { offer } });
    kernel.handlers.use_recipe = async () => {
      const form = { ...kernel.traits.form, prompt: OFFER.written, settings: {} } as never;
      kernel.set("images", []);
      kernel.set("form", form);
      return { value: form };
    };
  };

describe("a file that says how it was made", () => {
  test("a film is not taken for an image: its settings are offered, brought back, and the form can be put back", async () => {
    const { kernel, el } = mountStudio({ images: [image()] }, offering());
    await prompt().fill("mine");
    drop(el, film());
    const place = page.getByRole("region", { name: "From fox.mp4" });
    await expect.element(place.getByText("fox.mp4 says how it was made.")).toBeVisible();
    await expect.element(place.getByText(OFFER.prompt, { exact: true })).toBeVisible();
    await expect.element(place.getByText("Veo 3.1 · Duration 4 s · Seed 7")).toBeVisible();
    await expect.element(place.getByText("isn't in your library")).toBeVisible();
    expect(place.element().querySelector(".rk-from-file-prompt b")).toBeNull();
    const [asked] = kernel.asked("read_recipe");
    expect(atob(asked?.part ?? "").slice(3)).toBe(`${RECIPE}</reka:Recipe>`);
    expect(kernel.asked("upload_begin")).toHaveLength(0);
    expect(kernel.traits.images).toHaveLength(1);
    await button("Bring back its settings").click();
    await expect.element(prompt()).toHaveValue(OFFER.written);
    await expect.element(page.getByText("Loaded the settings of fox.mp4.").first()).toBeVisible();
    await expect.element(place).not.toBeInTheDocument();
    expect(kernel.asked("use_recipe").map(({ key }) => key)).toEqual(["one"]);
    expect(kernel.asked("generate")).toHaveLength(0);
    await button("Undo").click();
    await expect.element(prompt()).toHaveValue("mine");
  });

  test("an image is the start image all the same, and is kept when its settings are not wanted", async () => {
    const { kernel, el } = mountStudio({}, offering());
    drop(el, film(RECIPE, "fox.png", "image/png"));
    await expect.element(page.getByRole("img", { name: "Start image: fox.png" })).toBeVisible();
    await button("Cancel").click();
    await expect.element(button("Bring back its settings")).not.toBeInTheDocument();
    expect(kernel.traits.images).toHaveLength(1);
    drop(el, new File([new Uint8Array(5000)], "plain.png", { type: "image/png" }));
    await expect.element(page.getByRole("img", { name: "Start image: plain.png" })).toBeVisible();
    expect(kernel.asked("read_recipe")).toHaveLength(1);
    expect(el.querySelector(".rk-from-file")).toBeNull();
  });

  test("of an unknown model gives its prompt alone, and leaves the rest of the form", async () => {
    const unknown = { ...OFFER, whole: false, model: "later-model/text-to-video", settings: "" };
    const { kernel, el } = mountStudio({ images: [image()] }, offering(unknown));
    drop(el, film());
    await button("Bring back its prompt").click();
    await expect.element(prompt()).toHaveValue(OFFER.written);
    expect(kernel.asked("use_recipe")).toHaveLength(0);
    expect(kernel.traits.images).toHaveLength(1);
  });

  test("says what is wrong with it, and that a film without one is no image", async () => {
    const { kernel, el } = mountStudio({}, (kernel) => {
      kernel.handlers.read_recipe = async () => {
        throw new RefusedError("The settings in this file are damaged, so they were not read.", null);
      };
    });
    drop(el, film());
    await expect
      .element(page.getByText("fox.mp4: The settings in this file are damaged").first())
      .toBeVisible();
    drop(el, film("nothing", "other.mp4"));
    await expect
      .element(page.getByText("other.mp4 is a video that doesn't say how it was made.").first())
      .toBeVisible();
    await button("Close").click();
    await eventually(() => el.querySelector(".rk-from-file")).toBeNull();
    expect(kernel.asked("upload_begin")).toHaveLength(0);
    // What was written into a file by anybody is bounded.
    drop(el, film(`${RECIPE}${"x".repeat(10_000_000)}`));
    await eventually(() => kernel.asked("read_recipe").length).toBe(1);
    drop(el, film(`${"x".repeat(10_000)}${RECIPE}${"x".repeat(100_000)}`));
    await eventually(() => kernel.asked("read_recipe").length).toBe(2);
    expect(kernel.asked("read_recipe")[1]?.part.length).toBeLessThan(100_000);
  });
});
