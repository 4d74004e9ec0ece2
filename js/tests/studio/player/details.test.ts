import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountStudio } from "../../mounted";
import { details, take } from "../../samples";

const copied: string[] = [];
let saved: string[] = [];

beforeEach(() => {
  copied.length = 0;
  saved = [];
  vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => {
    copied.push(text);
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function opened(about = take()) {
  const mounted = mountStudio({ takes: [about] });
  mounted.el.querySelector<HTMLButtonElement>(".rk-take")?.click();
  await button("Details and more").click();
  await expect.element(button("Copy as cell").or(page.getByText("1 generation")).first()).toBeVisible();
  return mounted;
}

describe("a take's details", () => {
  test("are asked for when they are unfolded, once, and say all", async () => {
    const { kernel, el } = await opened();
    await expect.element(page.getByText("$0.65 · 1 generation, 7 HTTP requests")).toBeVisible();
    await page.getByText("Answer to submit").click();
    await expect.element(page.getByRole("textbox", { name: "Answer to submit" })).toBeVisible();
    // Markup of the service is text.
    expect(el.querySelector(".rk-details b")).toBeNull();
    await button("Details and more").click();
    await expect.element(button("Copy as cell")).not.toBeInTheDocument();
    await button("Details and more").click();
    await expect.element(button("Copy as cell")).toBeVisible();
    expect(kernel.asked("details")).toHaveLength(1);
  });

  test("are copied as a cell and as Python, which is said", async () => {
    await opened();
    await button("Copy as cell").click();
    await eventually(() => copied).toEqual([details("x").cell]);
    await eventually(() => document.querySelector("[role=status]")?.textContent).toBe("Copied.");
    await button("Copy as Python").click();
    await eventually(() => copied[1]).toBe(details("x").python);
  });

  test("are inserted as a cell below where the host lets a widget do that, and nowhere else", async () => {
    const nowhere = await opened();
    await expect.element(button("Insert below")).not.toBeInTheDocument();
    nowhere.close();
    const inserted: [Element, string][] = [];
    window.rekaNotebook = {
      insertBelow: async (within, text) => inserted.push([within, text]) > 0,
    };
    try {
      const { el } = await opened();
      await button("Insert below").click();
      await eventually(() => inserted.map(([, text]) => text)).toEqual([details("x").cell]);
      expect(el.contains(inserted[0]?.[0] ?? null)).toBe(true);
      window.rekaNotebook = { insertBelow: async () => false };
      await button("Insert below").click();
      await expect.element(page.getByText(/could not be inserted/).first()).toBeInTheDocument();
    } finally {
      delete window.rekaNotebook;
    }
  });

  test("stand there selected where the browser refuses to copy", async () => {
    vi.mocked(navigator.clipboard.writeText).mockRejectedValue(new DOMException("No.", "NotAllowedError"));
    await opened();
    await button("Copy as cell").click();
    const field = page.getByRole("textbox", { name: /Copy it by hand/ });
    await expect.element(field).toHaveValue(details("x").cell ?? "");
    const element = field.element() as HTMLTextAreaElement;
    await eventually(() => document.activeElement).toBe(element);
    expect(element.value.slice(element.selectionStart, element.selectionEnd)).toBe(details("x").cell);
  });

  test("leave out what cannot be written, and what a take is not", async () => {
    const { kernel } = mountStudio(
      { takes: [take({ kind: "audio", media_type: "audio/mpeg" })] },
      (kernel) => {
        kernel.handlers.details = async () => ({ value: { ...details("x"), cell: null, python: null } });
      },
    );
    document.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await button("Details and more").click();
    await expect.element(page.getByText("1 generation")).toBeVisible();
    for (const name of ["Copy as cell", "Copy as Python", "Save GIF", "Copy the whole chain"])
      await expect.element(button(name)).not.toBeInTheDocument();
    expect(kernel.asked("details")).toHaveLength(1);
  });

  test("save the poster and a GIF, which takes its time", async () => {
    const { kernel } = await opened();
    await button("Save poster").click();
    await eventually(() => saved).toEqual(["take-1.jpg"]);
    kernel.latency = 500;
    await button("Save GIF").click();
    await expect.element(button("Making the GIF")).toBeVisible();
    (button("Making the GIF").element() as HTMLElement).click();
    await eventually(() => saved[1]).toBe("take-1.gif");
    await expect.element(button("Save GIF")).toBeVisible();
    expect(kernel.asked("save").map(({ what }) => what)).toEqual(["poster", "gif"]);
  });

  test("save the file with its recipe, say what that does to content credentials, and the original beside it", async () => {
    const { kernel } = await opened();
    const told = "The original has content credentials (C2PA).";
    kernel.handlers.save = async ({ take }) => ({
      value: { media_type: "video/mp4", name: `${take}.mp4`, told },
      buffers: [new ArrayBuffer(8)],
    });
    await button("Download").click();
    await eventually(() => saved).toEqual(["take-1.mp4"]);
    await expect.element(page.getByText(told).first()).toBeVisible();
    const original = page.getByRole("link", { name: "Download original" });
    await expect.element(original).toHaveAttribute("download", "harbour-slow-dolly-1.mp4");
  });

  test("say why they cannot be had, and are asked for again", async () => {
    const { kernel } = mountStudio({ takes: [take()] });
    const usual = kernel.handlers.details;
    kernel.handlers.details = async () => {
      throw new Error("There is no such take in the library any more.");
    };
    document.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await button("Details and more").click();
    await expect.element(page.getByText("There is no such take").first()).toBeVisible();
    kernel.handlers.details = usual;
    (button("Details and more").element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}{Enter}");
    await expect.element(button("Copy as cell")).toBeVisible();
  });
});
