import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { button, eventually, mountStudio } from "../../mounted";
import { banana, image, take, traits } from "../../samples";

const stageBox = (el: HTMLElement) => el.querySelector(".rk-stage-box") as HTMLElement;
const area = (part: Element | null) => {
  const { width = 0, height = 0 } = part?.getBoundingClientRect() ?? {};
  return width * height;
};

describe("without an image", () => {
  test("all of the stage is the place for one, larger than any other, with prompts below", async () => {
    for (const width of [324, 420, 1200]) {
      await page.viewport(width, 900);
      const { el, close } = mountStudio();
      // Above the form it has the room of all that will be said of a take, too.
      const drop = el.querySelector(".rk-empty-words") as HTMLElement;
      await expect.element(page.getByText("Drop an image here")).toBeVisible();
      expect(drop.textContent).toContain("Try a sample photo");
      const own = el.querySelector(".rk-compose .rk-drop") as HTMLElement;
      expect(getComputedStyle(own).borderTopColor).toBe("rgba(0, 0, 0, 0)");
      if (width > 840) expect(area(drop)).toBeGreaterThan(4 * area(own));
      const ideas = el.querySelector(".rk-ideas") as HTMLElement;
      const sample = drop.querySelector(".rk-sample") as HTMLElement;
      expect(ideas.getBoundingClientRect().top).toBeGreaterThan(sample.getBoundingClientRect().bottom);
      for (const part of drop.querySelectorAll("b, button, span")) {
        expect(part.getBoundingClientRect().bottom).toBeLessThanOrEqual(drop.getBoundingClientRect().bottom);
        expect(part.getBoundingClientRect().top).toBeGreaterThanOrEqual(drop.getBoundingClientRect().top);
      }
      close();
    }
  });

  test("a click on it chooses a file, and a drop on it brings the image", async () => {
    const { kernel, el } = mountStudio();
    let chosen = "";
    el.addEventListener("click", ({ target }) => {
      if (target instanceof HTMLInputElement) chosen = target.getAttribute("aria-label") ?? "";
    });
    await button(/^Drop an image here/).click({ position: { x: 20, y: 20 } });
    expect(chosen).toBe("Start image, file");
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(10)], "boat.jpg", { type: "image/jpeg" }));
    button(/^Drop an image here/)
      .element()
      .dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
    await eventually(() => kernel.traits.images?.map(({ name }) => name)).toEqual(["boat.jpg"]);
    await expect.element(page.getByText("Your video plays here")).toBeVisible();
  });

  test("nothing moves when one arrives, nor when the first job begins", async () => {
    for (const width of [420, 1200]) {
      await page.viewport(width, 900);
      const { kernel, el, close } = mountStudio();
      const places = () =>
        [".rk-stage-box", ".rk-ideas", ".rk-image", ".rk-prompt", ".rk-takes"].map((part) => {
          const box = el.querySelector(part)?.getBoundingClientRect();
          return /ideas|takes/.test(part) ? box?.top : box && [box.top, box.height];
        });
      const before = places();
      await button("Try a sample photo").click();
      await expect.element(page.getByText("Your video plays here")).toBeVisible();
      expect(places()).toEqual(before);
      kernel.set("images", [image(), image({ slot: "end" })]);
      expect(stageBox(el).getBoundingClientRect().height).toBe((before[0] as number[])[1]);
      close();
    }
  });

  test("a model that takes none asks for none, and what is open stays open", async () => {
    const form = { endpoint: banana.id, prompt: "", settings: {} };
    const first = mountStudio({ form });
    await expect.element(page.getByText("Your image appears here")).toBeVisible();
    first.close();
    mountStudio({ takes: [take()], opened: "take-1" });
    await expect.element(page.getByText("Drop an image here")).toBeVisible();
    expect(document.querySelector(".rk-stage-drop")).toBeNull();
    expect(document.querySelector(".rk-image .rk-sample")).not.toBeNull();
  });
});

test("without a key the card for it comes first, however narrow", async () => {
  for (const width of [324, 420, 1200]) {
    await page.viewport(width, 900);
    const { el, close } = mountStudio({
      service: { ...traits().service, lacks_key: true, keyring_problem: null },
    });
    const top = (part: string) => el.querySelector(part)?.getBoundingClientRect().top ?? Number.NaN;
    const chain = el.querySelector(".rk-chain")?.getBoundingClientRect().bottom ?? Number.NaN;
    expect(top(".rk-keycard") - chain).toBeLessThan(24);
    if (width < 840) expect(top(".rk-stage-box")).toBeGreaterThan(top(".rk-keycard"));
    close();
  }
});
