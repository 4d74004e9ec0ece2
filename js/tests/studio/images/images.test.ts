import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { RefusedError } from "../../../src/kernel/connection";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { drawPicture } from "../../pictures";
import { image, take } from "../../samples";

const photo = (name = "photo.jpg", size = 3000) =>
  new File([new Uint8Array(size)], name, { type: "image/jpeg" });

function carrying(file?: File, url?: string): DataTransfer {
  const data = new DataTransfer();
  if (file) data.items.add(file);
  if (url) data.setData("text/uri-list", url);
  return data;
}

function dropOn(element: Element | null, dataTransfer: DataTransfer): DragEvent {
  const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  element?.dispatchEvent(event);
  return event;
}

/** Requests of this kind wait until what is returned is called. */
function held(kernel: FakeKernel, command: "upload_begin" | "upload_end"): () => void {
  const handler = kernel.handlers[command] as (...given: unknown[]) => Promise<never>;
  let free = () => {};
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  kernel.handlers[command] = async (...given: unknown[]) => {
    await freed;
    return handler(...given);
  };
  return free;
}

describe("an image goes in", () => {
  test("by a drop anywhere in the studio, with a preview and its size", async () => {
    const { kernel, el } = mountStudio();
    const event = dropOn(el.querySelector("textarea"), carrying(photo()));
    expect(event.defaultPrevented).toBe(true);
    await expect.element(page.getByRole("img", { name: "Start image: photo.jpg" })).toBeVisible();
    await expect.element(page.getByText("2048 × 1536")).toBeVisible();
    const sends = el.querySelector<HTMLElement>(".rk-image-sends");
    expect(sends?.title.replaceAll("\u00a0", " ")).toContain("sent from 4032 × 3024, 3 KB");
    expect(kernel.asked("preview").filter(({ digest }) => digest !== "sample")).toHaveLength(1);
  });

  test("large, and is drawn only when it has been sent, or takes long", async () => {
    const { kernel, el } = mountStudio();
    const large = new File([await drawPicture("large"), new Uint8Array(5_000_000)], "large.jpg");
    const [first, last] = [held(kernel, "upload_begin"), held(kernel, "upload_end")];
    const drawn = () => el.querySelectorAll(".rk-picture-coming img").length;
    dropOn(el.querySelector("textarea"), carrying(large));
    await expect.element(page.getByRole("progressbar", { name: "Sending large.jpg" })).toBeVisible();
    expect(drawn()).toBe(0);
    first();
    await eventually(() => kernel.asked("upload_end").length).toBe(1);
    await eventually(drawn).toBe(1);
    last();
    await eventually(() => kernel.traits.images?.length).toBe(1);
    await eventually(() => el.querySelector(".rk-picture-coming")).toBeNull();
    const again = held(kernel, "upload_begin");
    dropOn(el.querySelector("textarea"), carrying(large));
    await expect.element(page.getByRole("progressbar", { name: "Sending large.jpg" })).toBeVisible();
    expect(drawn()).toBe(0);
    await eventually(drawn).toBe(1);
    again();
  });

  test("into a place of one height, whether it is empty, on its way, refused or there", async () => {
    const { kernel, el } = mountStudio();
    const height = () => el.querySelector(".rk-image-main")?.getBoundingClientRect().height;
    const empty = height();
    const end = held(kernel, "upload_end");
    dropOn(el.querySelector("textarea"), carrying(new File([await drawPicture("sha256")], "a.jpg")));
    await eventually(() => el.querySelector(".rk-picture-coming img")).not.toBeNull();
    expect(height()).toBe(empty);
    end();
    await expect.element(page.getByRole("img", { name: "Start image: a.jpg" })).toBeVisible();
    expect(height()).toBe(empty);
    await button("Replace").click();
    expect(height()).toBe(empty);
    kernel.handlers.upload_end = () => {
      throw new RefusedError("That is not an image.", null);
    };
    dropOn(el.querySelector("textarea"), carrying(photo()));
    await expect.element(button("Choose another")).toBeVisible();
    expect(height()).toBe(empty);
  });

  test("by one click, for who has none", async () => {
    const { kernel } = mountStudio();
    await button("Try a sample photo").click();
    await expect.element(page.getByRole("img", { name: "Start image: harbour.jpg" })).toBeVisible();
    expect(kernel.asked("image_sample")).toHaveLength(1);
    expect(button("Try a sample photo").query()).toBeNull();
  });

  test("by a drop on the second place, which takes it", async () => {
    const { kernel, el } = mountStudio();
    dropOn(el.querySelector("[data-rk-slot=end] button"), carrying(photo("end.jpg")));
    await eventually(() => kernel.traits.images?.map(({ slot, name }) => [slot, name])).toEqual([
      ["end", "end.jpg"],
    ]);
  });

  test("by pasting it into the prompt, which stays as it was", async () => {
    const { kernel } = mountStudio({ form: { endpoint: "", prompt: "Pan", settings: {} } });
    const event = new ClipboardEvent("paste", {
      clipboardData: carrying(photo("")),
      bubbles: true,
      cancelable: true,
    });
    prompt().element().dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    await eventually(() => kernel.traits.images?.length).toBe(1);
    await expect.element(prompt()).toHaveValue("Pan");
  });

  test("by choosing a file", async () => {
    const { kernel } = mountStudio();
    await page.getByLabelText("Start image, file").upload(photo("chosen.jpg"));
    await eventually(() => kernel.traits.images?.[0]?.name).toBe("chosen.jpg");
  });

  test("by its address, typed or dragged from another page", async () => {
    const { kernel, el } = mountStudio();
    await button("Use a URL").click();
    await page.getByRole("textbox", { name: "Image URL" }).fill("https://example.org/a.jpg");
    await button(/^Use$/).click();
    await eventually(() => kernel.traits.images?.[0]?.name).toBe("https://example.org/a.jpg");
    dropOn(el.querySelector("section"), carrying(undefined, "https://example.org/b.jpg"));
    await eventually(() => kernel.asked("image_url").at(-1)).toMatchObject({
      slot: "start",
      url: "https://example.org/b.jpg",
    });
  });
});

test("text that is pasted or dropped is left to the editor", () => {
  const { kernel } = mountStudio();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", "a slow pan");
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  prompt().element().dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
  expect(kernel.requests.filter((request) => request.type !== "ping")).toEqual([]);
});

describe("on its way", () => {
  test("shows how far it is, and Cancel stops it", async () => {
    const { kernel, el } = mountStudio({}, (kernel) => {
      kernel.chunk = 1000;
      let chunks = 0;
      const receive = kernel.handlers.upload_chunk;
      kernel.handlers.upload_chunk = (...chunk) => (++chunks > 4 ? new Promise(() => {}) : receive(...chunk));
    });
    dropOn(el.querySelector("section"), carrying(photo("large.jpg", 10_000)));
    const bar = page.getByRole("progressbar", { name: "Sending large.jpg" });
    await expect.element(bar).toHaveAttribute("aria-valuenow", "40");
    await button(/^Cancel/).click();
    await eventually(() => kernel.asked("upload_abort").length).toBe(1);
    await expect.element(page.getByText("Drop an image here")).toBeVisible();
  });

  test("one that is refused says why, and another can be chosen", async () => {
    const { kernel, el } = mountStudio();
    const whole = kernel.handlers.upload_end;
    kernel.handlers.upload_end = async () => {
      throw new Error("../../x<script>.png is not an image.");
    };
    dropOn(el.querySelector("section"), carrying(photo("../../x<script>.png")));
    await expect.element(page.getByText("../../x<script>.png is not an image.").first()).toBeVisible();
    expect(el.querySelector("script")).toBeNull();
    kernel.handlers.upload_end = whole;
    dropOn(el.querySelector("section"), carrying(photo("good.jpg")));
    await expect.element(page.getByRole("img", { name: "Start image: good.jpg" })).toBeVisible();
  });

  test("a second one takes the first one's place", async () => {
    const { kernel, el } = mountStudio({}, (kernel) => {
      kernel.chunk = 100;
      kernel.latency = 3;
    });
    dropOn(el.querySelector("section"), carrying(photo("first.jpg", 50_000)));
    await eventually(() => kernel.asked("upload_chunk").length).toBeGreaterThan(2);
    dropOn(el.querySelector("section"), carrying(photo("second.jpg", 300)));
    await expect.element(page.getByRole("img", { name: "Start image: second.jpg" })).toBeVisible();
    expect(kernel.traits.images?.map((one) => one.name)).toEqual(["second.jpg"]);
    expect(kernel.asked("upload_abort")).toHaveLength(1);
  });
});

test("the preview of an image that was replaced meanwhile changes nothing", async () => {
  const { kernel, el } = mountStudio();
  const preview = kernel.handlers.preview;
  let release = () => {};
  kernel.handlers.preview = async (fields, buffers) => {
    if (fields.digest === "sha256:first.jpg") await new Promise<void>((resolve) => (release = resolve));
    return preview(fields, buffers);
  };
  dropOn(el.querySelector("section"), carrying(photo("first.jpg")));
  await eventually(() => kernel.asked("preview").length).toBe(1);
  kernel.handlers.upload_end = () => new Promise(() => {});
  dropOn(el.querySelector("section"), carrying(photo("second.jpg")));
  await eventually(() => kernel.asked("upload_end").length).toBe(2);
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect.element(page.getByRole("progressbar", { name: "Sending second.jpg" })).toBeVisible();
});

test("Remove asks the kernel, and the place is empty again", async () => {
  const { kernel } = mountStudio({ images: [image()] });
  await button("Remove").click();
  await eventually(() => kernel.asked("image_clear").map((request) => request.slot)).toEqual(["start"]);
  await expect.element(page.getByText("Drop an image here")).toBeVisible();
});

describe("a take's last frame", () => {
  const with_takes = { takes: [take(), take({ id: "take-2", kind: "audio", prompt: "A sound" })] };
  const dragged = (el: HTMLElement, place: number) => {
    const dataTransfer = new DataTransfer();
    const drag = new DragEvent("dragstart", { dataTransfer, bubbles: true, cancelable: true });
    el.querySelectorAll(".rk-take")[place]?.dispatchEvent(drag);
    return dataTransfer;
  };

  test("comes by dragging its poster onto a place", async () => {
    const { kernel, el } = mountStudio(with_takes);
    const event = dropOn(el.querySelector("[data-rk-slot=end] button"), dragged(el, 0));
    expect(event.defaultPrevented).toBe(true);
    await eventually(() => kernel.traits.images?.map(({ slot, name }) => [slot, name])).toEqual([
      ["end", "last frame of take-1"],
    ]);
  });

  test("does not come where the poster is let go elsewhere", async () => {
    const { kernel, el } = mountStudio(with_takes);
    const dataTransfer = dragged(el, 0);
    const over = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
    el.querySelector("textarea")?.dispatchEvent(over);
    dropOn(el.querySelector("textarea"), dataTransfer);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kernel.asked("image_take")).toEqual([]);
    expect([...el.querySelectorAll<HTMLElement>(".rk-take")].map((one) => one.draggable)).toEqual([
      true,
      false,
    ]);
  });

  test("is offered where a take is open, and in the place of an image too", async () => {
    const { kernel, el } = mountStudio({ ...with_takes, images: [image()] });
    await button("Replace").click();
    expect(el.textContent).not.toContain("Use last frame of open take");
    await userEvent.keyboard("{Escape}");
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await button("Replace").click();
    await expect.element(button("Choose a file")).toHaveFocus();
    await button("Use last frame of open take").click();
    await eventually(() => kernel.asked("image_take")[0]).toMatchObject({ slot: "start", take: "take-1" });
    await expect.element(page.getByRole("img", { name: "Start image: last frame of take-1" })).toBeVisible();
  });
});

test("the ways of an image in are left as they were entered", async () => {
  const { kernel, el } = mountStudio({ images: [image()] });
  await button("Replace").click();
  await button("Use a URL").click();
  await userEvent.keyboard("{Escape}");
  await button("Cancel").click();
  await expect.element(page.getByRole("img", { name: "Start image: harbour.jpg" })).toBeVisible();
  await button("End image (optional)").click();
  await expect.element(button("Use a URL")).toBeVisible();
  await button("Cancel").click();
  await eventually(() => el.querySelector(".rk-image-compact")).not.toBeNull();
  expect(kernel.asked("image_url")).toEqual([]);
});

test("an image goes on arriving while its view is closed, and ends with the widget", async () => {
  const { kernel, el, view, show, close } = mountStudio({}, (kernel) => {
    kernel.chunk = 100;
    kernel.latency = 3;
  });
  dropOn(el.querySelector("section"), carrying(photo("first.jpg", 3000)));
  await eventually(() => kernel.asked("upload_chunk").length).toBeGreaterThan(1);
  view.remove();
  await eventually(() => kernel.traits.images?.[0]?.name).toBe("first.jpg");
  const second = show();
  await expect.element(page.getByRole("img", { name: "Start image: first.jpg" })).toBeVisible();
  dropOn(second.el.querySelector("section"), carrying(photo("second.jpg", 30_000)));
  await eventually(() => kernel.asked("upload_begin").length).toBe(2);
  close();
  const before = kernel.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(kernel.requests.length).toBe(before);
  expect(kernel.traits.images?.map((one) => one.name)).toEqual(["first.jpg"]);
});
