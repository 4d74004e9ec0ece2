import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { finish } from "../../fake-kernel";
import { button, eventually, mountStudio } from "../../mounted";
import { image, job, take } from "../../samples";

const NOTE = "The gulls rise too early; slower at first, then let it go.";
const old = take({ id: "old", prompt: "Old one" });
const other = take({ id: "other", prompt: "Other one" });
const jobs = [1, 2, 3].map((place) => job({ id: `job-${place}`, prompt: `Prompt ${place}` }));
const note = () => page.getByRole("textbox", { name: "Note" });

function opened(...takes: (typeof old)[]) {
  const studio = mountStudio({ images: [image()], jobs, takes: takes.length ? takes : [old] });
  studio.el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
  return studio;
}

const kept = ({ kernel }: ReturnType<typeof opened>, id = "old") =>
  kernel.traits.takes?.find((one) => one.id === id)?.note;

function write({ el }: ReturnType<typeof opened>, text: string): void {
  const noted = el.querySelector<HTMLTextAreaElement>(".rk-note");
  if (!noted) throw new Error("No note.");
  noted.value = text;
  noted.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Waits under a clock that is stopped until `check` holds: for at most 2 s of it, and for frames and messages. */
async function soon(check: () => unknown): Promise<void> {
  for (let passed = 0; !check(); passed += 20) {
    expect(passed, String(check)).toBeLessThan(2000);
    await vi.advanceTimersByTimeAsync(20);
    await new Promise(requestAnimationFrame);
  }
}

describe("a note", () => {
  test("is kept to its last letter while three jobs end", async () => {
    const studio = opened();
    await note().click();
    for (const [place, letter] of [...NOTE].entries()) {
      await userEvent.keyboard(letter);
      if (place % 20 === 2) finish(studio.kernel, `job-${Math.floor(place / 20) + 1}`);
    }
    expect(document.activeElement).toBe(note().element());
    await expect.element(note()).toHaveValue(NOTE);
    await expect.element(button("3 new · Show")).toBeVisible();
    await eventually(() => kept(studio)).toBe(NOTE);
    expect(studio.kernel.traits.takes?.filter((one) => one.note).map((one) => one.id)).toEqual(["old"]);
  });

  test("goes to its own take where another is opened before the pause", async () => {
    // Wide enough for both and the jobs in two rows.
    await page.viewport(1000, 900);
    const studio = opened(old, other);
    await note().fill("Slower");
    await button(/Other one/).click();
    await expect.element(note()).toHaveValue("");
    await note().fill("Faster");
    await button("Select").first().click();
    await eventually(() => kept(studio)).toBe("Slower");
    await eventually(() => kept(studio, "other")).toBe("Faster");
  });

  test("keeps a space at its end while it is written", async () => {
    const studio = opened();
    await note().click();
    await userEvent.keyboard("the gulls ");
    await eventually(() => kept(studio)).toBe("the gulls");
    await userEvent.keyboard("rise");
    await expect.element(note()).toHaveValue("the gulls rise");
  });

  test("is sent one after the other to a slow kernel, and the last one last", async () => {
    const studio = opened();
    studio.kernel.latency = 600;
    await note().fill("one");
    await eventually(() => studio.kernel.asked("note").length).toBe(1);
    await note().fill("one two");
    (note().element() as HTMLElement).blur();
    await eventually(() => kept(studio)).toBe("one two");
    expect(studio.kernel.asked("note").map((request) => request.note)).toEqual(["one", "one two"]);
  });

  test("is with the kernel before the page goes away", async () => {
    const studio = opened();
    await expect.element(note()).toBeVisible();
    const field = studio.el.querySelector<HTMLTextAreaElement>(".rk-note");
    if (!field) throw new Error("No note.");
    field.value = NOTE;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    expect(studio.kernel.asked("note")).toEqual([]);
    dispatchEvent(new PageTransitionEvent("pagehide"));
    expect(studio.kernel.asked("note").map((request) => request.note)).toEqual([NOTE]);
  });

  test("that a kernel that is gone could not save is saved by the next page", async () => {
    const studio = opened();
    await expect.element(note()).toBeVisible();
    // In one go: as soon as anything else is asked of a kernel that is gone, nothing can be written any more.
    studio.kernel.gone = true;
    write(studio, "Slower");
    await expect.element(page.getByText(/Note not saved: the kernel has stopped/).first()).toBeVisible();
    studio.close();
    const next = mountStudio({ takes: [old] });
    await eventually(() => next.kernel.traits.takes?.[0]?.note).toBe("Slower");
    expect(sessionStorage.getItem("rk-notes")).toBeNull();
  });

  test("that a busy kernel has not saved says so, and is saved when it answers", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const studio = opened();
      await soon(() => studio.el.querySelector(".rk-note"));
      studio.kernel.silent = true;
      write(studio, "Slower");
      await vi.advanceTimersByTimeAsync(75_000);
      expect(studio.el.textContent).toContain("Note not saved yet: the kernel is busy.");
      studio.kernel.silent = false;
      studio.kernel.set("counts", studio.kernel.traits.counts as never);
      await soon(() => kept(studio) === "Slower" && !studio.el.textContent?.includes("Note not saved"));
    } finally {
      vi.useRealTimers();
    }
  });

  test("that is refused stays, and says why", async () => {
    const studio = opened();
    studio.kernel.handlers.note = async () => {
      throw new Error("The disk is full.");
    };
    await note().fill("Slower");
    (note().element() as HTMLElement).blur();
    await expect.element(page.getByText("Note not saved. The disk is full.").first()).toBeVisible();
    await expect.element(note()).toHaveValue("Slower");
  });
});
