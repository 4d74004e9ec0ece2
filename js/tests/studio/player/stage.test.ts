import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { finish } from "../../fake-kernel";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { image, job, take } from "../../samples";

const old = take({ id: "old", prompt: "Old one" });
const jobs = [1, 2, 3].map((place) => job({ id: `job-${place}`, prompt: `Prompt ${place}` }));
const player = () => page.getByRole("article", { name: "Player" });
const atWork = () => page.getByRole("article", { name: "Job" });
const note = () => page.getByRole("textbox", { name: "Note" });

async function opened() {
  const studio = mountStudio({ images: [image()], jobs, takes: [old] });
  studio.el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
  await expect.element(player()).toHaveTextContent("Old one");
  return studio;
}

/** Waits until nothing more is asked and all of it is drawn. */
const drawn = () => new Promise((resolve) => setTimeout(resolve, 150));

describe("a take that comes in", () => {
  test("is shown where nothing is looked at; two more that come with it are announced", async () => {
    const { kernel } = mountStudio({ jobs, takes: [] });
    kernel.set(
      "takes",
      [3, 2, 1].map((place) => take({ id: `job-${place}`, prompt: `Prompt ${place}` })),
    );
    await expect.element(player()).toHaveTextContent("Prompt 3");
    await button("2 new · Show").click();
    await expect.element(player()).toHaveTextContent("Prompt 2");
    await button("1 new · Show").click();
    await expect.element(player()).toHaveTextContent("Prompt 1");
    await expect.element(button(/Show/)).not.toBeInTheDocument();
  });

  test("does not take the place of one that stands still, nor its details, nor move it", async () => {
    const { kernel, el } = await opened();
    el.querySelector("video")?.pause();
    await button("Details and more").click();
    await expect.element(button("Copy as cell")).toBeVisible();
    const before = el.querySelector(".rk-player")?.getBoundingClientRect();
    for (const { id } of jobs) finish(kernel, id);
    await expect.element(button("3 new · Show")).toBeVisible();
    await expect.element(player()).toHaveTextContent("Old one");
    await expect.element(button("Copy as cell")).toBeVisible();
    expect(el.querySelector(".rk-player")?.getBoundingClientRect().height).toBe(before?.height);
    await eventually(() => document.querySelector("[role=status]")?.textContent).toBe(
      "Another take is ready: Prompt 3",
    );
  });

  test("is shown where Generate was pressed for it and nothing was turned to since", async () => {
    const { kernel } = await opened();
    const keep = (place: number) =>
      kernel.set("takes", [
        take({ id: `job-${place}`, prompt: `Prompt ${place}` }),
        ...(kernel.traits.takes ?? []),
      ]);
    kernel.handlers.generate = async () => ({ value: { job: "job-2", kept: false } });
    await prompt().fill("Another");
    await button("Generate").click();
    await expect.element(atWork()).toHaveTextContent("Prompt 2");
    keep(1);
    await expect.element(button("1 new · Show")).toBeVisible();
    await expect.element(atWork()).toHaveTextContent("Prompt 2");
    keep(2);
    await expect.element(player()).toHaveTextContent("Prompt 2");
    keep(3);
    await expect.element(button("2 new · Show")).toBeVisible();
    await expect.element(player()).toHaveTextContent("Prompt 2");
  });

  test.each([
    ["the note is turned to", () => note().click()],
    ["the player is pressed", () => userEvent.click(document.querySelector(".rk-player video") as Element)],
    ["another take is opened", () => button(/Second one/).click()],
  ])("is announced where Generate was pressed for it and then %s", async (_, turn) => {
    const { kernel } = await opened();
    kernel.set("takes", [old, take({ id: "second", prompt: "Second one" })]);
    let answer = (_: { value: { job: string; kept: boolean } }) => {};
    kernel.handlers.generate = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await prompt().fill("Another");
    await button("Generate").click();
    await turn();
    answer({ value: { job: "job-1", kept: false } });
    await eventually(() => document.querySelector("[role=status]")?.textContent).toMatch(/^Requested/);
    await expect.element(player()).not.toHaveTextContent("Prompt 1");
    kernel.set("takes", [take({ id: "job-1", prompt: "Prompt 1" }), ...(kernel.traits.takes ?? [])]);
    await expect.element(button("1 new · Show")).toBeVisible();
    await expect.element(player()).not.toHaveTextContent("Prompt 1");
  });

  test("leaves a comparison alone, and a prompt with what is selected in it", async () => {
    const second = take({ id: "second", prompt: "Second one" });
    const { kernel, el } = mountStudio({ images: [image()], jobs, takes: [old, second] });
    for (const toggle of el.querySelectorAll<HTMLButtonElement>(".rk-select")) toggle.click();
    await expect.element(page.getByRole("article", { name: "Take 2" })).toBeVisible();
    await prompt().fill("A slow pan");
    const box = prompt().element() as HTMLTextAreaElement;
    box.setSelectionRange(2, 6);
    for (const { id } of jobs) finish(kernel, id);
    await expect.element(button("3 new · Show")).toBeVisible();
    await expect.element(page.getByRole("article", { name: "Take 2" })).toBeVisible();
    expect(document.activeElement).toBe(box);
    expect([box.value, box.selectionStart, box.selectionEnd]).toEqual(["A slow pan", 2, 6]);
  });

  test("of another studio is not announced", async () => {
    const { kernel } = await opened();
    kernel.set("jobs", [job({ id: "job-9", prompt: "Elsewhere", elsewhere: true })]);
    kernel.set("takes", [take({ id: "job-9", prompt: "Elsewhere" }), old]);
    await drawn();
    await expect.element(button(/new · Show/)).not.toBeInTheDocument();
  });
});

describe("what a slow kernel answers", () => {
  test("a take that was found does not take the place of what a person has turned to", async () => {
    const second = take({ id: "second", prompt: "Second one" });
    let answer = () => {};
    mountStudio({ images: [image()], takes: [old, second] }, (kernel) => {
      kernel.handlers.generate = () =>
        new Promise((resolve) => {
          answer = () => resolve({ value: { job: "second", kept: true } });
        });
    });
    await prompt().fill("Second one");
    await button("Generate").click();
    await button(/Old one/).click();
    await note().fill("The gulls");
    answer();
    await expect.element(button("1 new · Show")).toBeVisible();
    await expect.element(note()).toHaveValue("The gulls");
    await expect.element(player()).toHaveTextContent("Old one");
  });

  test("settings that come late do not replace what was written since", async () => {
    const { kernel } = await opened();
    kernel.latency = 400;
    await button("Reuse settings").click();
    await prompt().fill("Something quite different");
    await expect.element(page.getByText(/You changed the form/).first()).toBeVisible();
    await expect.element(prompt()).toHaveValue("Something quite different");
    kernel.latency = 0;
    await button("Reuse settings").click();
    await expect.element(prompt()).toHaveValue("Old one");
    await button("Undo").click();
    await expect.element(prompt()).toHaveValue("Something quite different");
  });
});

test("a form that Python sets while something is written can be put back", async () => {
  const { kernel } = mountStudio({ images: [image()] });
  await prompt().fill("Half a prompt");
  kernel.set("form", { endpoint: "kling-v3-pro/image-to-video", prompt: "From Python", settings: {} });
  await expect.element(prompt()).toHaveValue("From Python");
  await button("Undo").click();
  await expect.element(prompt()).toHaveValue("Half a prompt");
});

test("a press on Cancel does not fall on Dismiss, where the job fails in the same instant", async () => {
  const { kernel, el } = mountStudio({ jobs: [job()] });
  const cancel = button("Cancel").element();
  kernel.set("jobs", [job({ state: "failed", stage: "Failed", error: "Refused.", can_cancel: false })]);
  await expect.element(button("Dismiss")).toBeVisible();
  expect(el.contains(cancel)).toBe(false);
});

describe("an image that did not arrive", () => {
  test("is sent again from where it is", async () => {
    const { kernel, el } = mountStudio();
    const usual = kernel.handlers.upload_end;
    kernel.handlers.upload_chunk = async () => ({ value: { received: 0 } });
    const input = el.querySelector<HTMLInputElement>("input[type=file]");
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(2000)], "camera.jpg", { type: "image/jpeg" }));
    if (input) input.files = data.files;
    input?.dispatchEvent(new Event("change", { bubbles: true }));
    await expect.element(page.getByText(/did not arrive whole/).first()).toBeVisible();
    kernel.handlers.upload_chunk = async () => ({ value: { received: 2000 } });
    kernel.handlers.upload_end = usual;
    await button("Try again").click();
    await expect.element(page.getByText("camera.jpg").first()).toBeVisible();
    await eventually(() => kernel.traits.images?.[0]?.name).toBe("camera.jpg");
  });

  test("leaves its address to be mended", async () => {
    const { kernel } = mountStudio();
    kernel.handlers.image_url = async () => {
      throw new Error("There is no image at this address.");
    };
    await button("Use a URL").click();
    const address = page.getByRole("textbox", { name: "Image URL" });
    await address.fill("https://example.org/a-long-address.jgp");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByText("There is no image at this address.").first()).toBeVisible();
    await button("Dismiss").click();
    await expect.element(address).toHaveValue("https://example.org/a-long-address.jgp");
  });
});
