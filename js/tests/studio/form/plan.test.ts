import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Image, PlanValue } from "../../../src/kernel/protocol";
import { differing } from "../../../src/studio/form/differing";
import type { StudioState } from "../../../src/studio/model/state";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { banana, endpoint, image, job, plan, sora, take, traits, veo } from "../../samples";

const form = { endpoint: endpoint().id, prompt: "A {{slow|fast}} pan", settings: {} };
const ready = { images: [image()], form };
const plain = { ...ready, form: { ...form, prompt: "A pan" } };
const settle = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function mountPlanned(value: PlanValue, about: Parameters<typeof mountStudio>[0] = ready) {
  return mountStudio(about, (kernel) => {
    // As the kernel does: what is left out is said to be, and is not counted.
    kernel.handlers.plan = async ({ left_out = [] }) => {
      const requests = value.requests.map((one) => ({ ...one, left_out: left_out.includes(one.key) }));
      const out = requests.filter((one) => one.left_out).length;
      const { price } = plan({ count: value.count - out, kept: value.kept, underway: value.underway });
      return { value: { ...value, requests, count: value.count - out, price } };
    };
  });
}

describe("the meter", () => {
  const squares = () => page.getByRole("checkbox").elements() as HTMLElement[];
  const words = (el: HTMLElement) =>
    el.querySelector(".rk-meter-words")?.textContent?.replaceAll("\u00a0", " ");

  test("has a square for each request, which says which it is and is left out by a click", async () => {
    const { el, kernel } = mountPlanned(plan({ count: 8, kept: 6, underway: 1 }));
    await eventually(() => words(el)).toBe("6 made, 1 running, 1 new");
    expect(squares().map((one) => one.getAttribute("aria-label")?.split(": ")[1])).toEqual([
      ...Array(6).fill("already made"),
      "being made",
      "new",
    ]);
    await userEvent.hover(squares()[7] as HTMLElement);
    await eventually(() => el.querySelector(".rk-meter-tip")?.textContent).toBe(
      "words 7new · click to leave it out",
    );
    await page.getByRole("checkbox", { name: "words 7: new" }).click();
    await eventually(() => words(el)).toBe("6 made, 1 running, 1 out");
    await eventually(() => kernel.asked("plan").at(-1)?.left_out).toEqual(["key 7"]);
    await expect.element(button("Show all 7")).toBeVisible();
    await button("Show all 7").click();
    await eventually(() => kernel.asked("sweep_begin").at(-1)?.left_out).toEqual(["key 7"]);
  });

  test("is one tab stop, and the arrow keys go through it", async () => {
    mountPlanned(plan({ count: 4 }));
    await eventually(() => squares().length).toBe(4);
    squares()[0]?.focus();
    await userEvent.keyboard("{ArrowRight}{ArrowRight} ");
    expect(squares().map((one) => one.getAttribute("aria-checked"))).toEqual([
      "true",
      "true",
      "false",
      "true",
    ]);
    await userEvent.keyboard("{End}{ArrowLeft}{Home}");
    await expect.element(page.getByRole("checkbox", { name: "words 0" })).toHaveFocus();
    expect(squares().map((one) => one.tabIndex)).toEqual([0, -1, -1, -1]);
  });

  test("says when everything is left out, and sends nothing", async () => {
    const { kernel } = mountPlanned(plan({ count: 2 }));
    await eventually(() => squares().length).toBe(2);
    for (const one of squares()) one.click();
    await expect.element(button("Everything is left out")).toHaveAttribute("aria-disabled", "true");
    (button("Everything is left out").element() as HTMLElement).click();
    await settle(50);
    expect(kernel.asked("sweep_begin")).toEqual([]);
  });

  test.each([2, 8, 24, 48, 100])("has one height and room beside its words, with %i", async (count) => {
    const { el } = mountPlanned(plan({ count, kept: Math.floor(count / 3), underway: 1 }));
    el.style.width = "1000px";
    await eventually(() => squares().length).toBe(count);
    squares().at(-1)?.click();
    await eventually(() => words(el)).toContain("out");
    const box = (name: string) => (el.querySelector(name) as HTMLElement).getBoundingClientRect();
    expect(box(".rk-meter-line").height).toBe(20);
    expect(box(".rk-meter").right).toBeLessThanOrEqual(box(".rk-meter-words").left);
    const line = box(".rk-meter-line");
    for (const one of squares()) {
      const { top, bottom } = one.getBoundingClientRect();
      expect(top >= line.top && bottom <= line.bottom).toBe(true);
    }
    expect((await axe.run(el, { rules: { region: { enabled: false } } })).violations).toEqual([]);
  });
});

describe("what is made already", () => {
  test("is shown, an old take too, and another one is made on purpose", async () => {
    const { kernel, el } = mountPlanned(plan({ kept: 1 }), { ...plain, takes: [] });
    kernel.shelf = [take()];
    await expect.element(button("Show it")).toBeVisible();
    await button("Show it").click();
    await expect.element(page.getByRole("article", { name: "Player" })).toBeVisible();
    expect(kernel.asked("show_take").map((request) => request.take)).toEqual(["take-1"]);
    expect(kernel.asked("generate")).toEqual([]);
    await button("Make another").click();
    await eventually(() => kernel.asked("generate").map((request) => request.again)).toEqual([true]);
    expect((await axe.run(el, { rules: { region: { enabled: false } } })).violations).toEqual([]);
  });

  test("is no more what the form says once that has changed", async () => {
    const { kernel } = mountPlanned(plan({ kept: 1 }), { ...plain, takes: [take()] });
    await expect.element(button("Show it")).toBeVisible();
    await prompt().fill("Another pan");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await eventually(() => kernel.asked("generate").map(({ prompt }) => prompt)).toEqual(["Another pan"]);
  });

  test("that is still being made opens its job, and is new again where that failed", async () => {
    const { kernel } = mountPlanned(plan({ underway: 1 }), { ...plain, jobs: [job()] });
    await expect.element(button("Show it")).toBeVisible();
    await button("Show it").click();
    expect(kernel.asked("generate")).toEqual([]);
    const before = kernel.asked("plan").length;
    kernel.set("jobs", [job({ state: "failed", error: "No." })]);
    await expect.element(button("Generate")).toBeVisible();
    await eventually(() => kernel.asked("plan").length).toBe(before + 1);
  });
});

describe("more takes of the same", () => {
  test("are one click, with their price in the name", async () => {
    const { kernel } = mountPlanned(plan({ kept: 1 }), plain);
    const four = page.getByRole("button", {
      name: "Make 4 new takes of the same · about $2.60",
      exact: true,
    });
    await four.click();
    await eventually(() => kernel.asked("sweep_begin")).toMatchObject([{ again: true, takes: 4, agreed: 0 }]);
  });

  test("of several are held to the question before many", async () => {
    const { kernel } = mountPlanned(plan({ count: 3 }));
    kernel.handlers.sweep_begin = async ({ agreed, takes = 1 }) => ({
      value: { sweep: agreed ? "s" : null, one: null, new: 3 * takes },
    });
    await page.getByRole("button", { name: /^Make 4 new takes of each, 12.videos · about \$7\.80$/ }).click();
    const agree = page.getByRole("button", { name: /^Make 12.videos · about \$7\.80\?$/ });
    await expect.element(agree).toBeVisible();
    await agree.click();
    await eventually(() => kernel.asked("sweep_begin").map(({ takes, agreed }) => [takes, agreed])).toEqual([
      [4, 0],
      [4, 12],
    ]);
  });

  test("that would be too many are not offered", async () => {
    const { kernel } = mountPlanned({ ...plan({ count: 60 }), more: [] });
    await expect
      .element(button("4 takes of each would be more than 100"))
      .toHaveAttribute("aria-disabled", "true");
    (button("4 takes of each").element() as HTMLElement).click();
    await settle(50);
    expect(kernel.asked("sweep_begin")).toEqual([]);
  });
});

describe("the question before many is in the button", () => {
  const asking = () => {
    const mounted = mountPlanned(plan({ count: 12 }));
    mounted.kernel.handlers.sweep_begin = async ({ agreed }) => ({
      value: { sweep: agreed >= 12 ? "s" : null, one: null, new: 12 },
    });
    return mounted;
  };
  const question = () => page.getByRole("button", { name: /^Make 12.videos · about \$7\.80\?$/ });
  const agreed = ({ kernel }: ReturnType<typeof asking>) =>
    kernel.asked("sweep_begin").map((one) => one.agreed);

  test("is answered there, or with Escape, or by changing the form", async () => {
    const mounted = asking();
    await button("Generate 12").click();
    await expect.element(question()).toHaveFocus();
    expect(mounted.el.querySelector("[aria-live]")?.textContent).toContain(
      "charged for each, about $7.80 in all",
    );
    await userEvent.keyboard("{Escape}");
    await expect.element(button("Generate 12")).toBeVisible();
    await button("Generate 12").click();
    await expect.element(question()).toBeVisible();
    await prompt().fill("Other {{words|here}}");
    await expect.element(question()).not.toBeInTheDocument();
    await button("Generate 12").click();
    await question().click();
    await eventually(() => agreed(mounted)).toEqual([0, 0, 0, 12]);
  });

  test("is not answered by the second click of a double click, nor by a key held down", async () => {
    const mounted = asking();
    await expect.element(button("Generate 12")).toBeVisible();
    await button("Generate 12").click();
    await expect.element(question()).toBeVisible();
    const [main] = mounted.el.querySelectorAll<HTMLElement>(".rk-go");
    main?.dispatchEvent(new MouseEvent("click", { detail: 2, bubbles: true }));
    const held = { key: "Enter", ctrlKey: true, repeat: true, bubbles: true, cancelable: true };
    main?.dispatchEvent(new KeyboardEvent("keydown", held));
    await settle(50);
    expect(agreed(mounted)).toEqual([0]);
  });
});

describe("what models do otherwise", () => {
  const about = (draft: Partial<StudioState["draft"]>, images: Image[] = []) =>
    differing({
      endpoints: traits().endpoints,
      images,
      draft: { endpoint: veo.id, prompt: "", wanted: {}, ...draft },
    });

  test("is said where a setting does not fit the model", () => {
    expect(about({ wanted: { duration: "5" } })).toEqual(["Veo 3.1: 8 s, it has no 5 s"]);
    expect(about({ wanted: { duration: ["5", "8"] } })).toEqual(["Veo 3.1: no 5 s"]);
    expect(about({ wanted: { duration: "8", cfg_scale: 0.3 } })).toEqual(["Veo 3.1: no cfg scale"]);
    expect(about({ wanted: { generate_audio: false }, endpoint: sora.id })).toEqual([]);
    expect(about({ wanted: { no_such: 1 } })).toEqual([]);
  });

  test("is said for each of several, their own defaults and missing images too", () => {
    const end = image({ slot: "end" });
    expect(about({ endpoint: endpoint().id, models: [veo.id, sora.id] }, [image(), end])).toEqual([
      "Sora 2 Pro: 4 s, it has no 5 s; no end image",
      "Veo 3.1: 8 s, it has no 5 s; no end image",
    ]);
    expect(about({ endpoint: endpoint().id, models: [veo.id], wanted: { duration: "8" } })).toEqual([]);
  });

  test("stands in the form", async () => {
    mountStudio({ ...plain, form: { ...plain.form, settings: { duration: "5" } } });
    await page.getByRole("combobox", { name: "Model" }).selectOptions("Veo 3.1");
    await expect.element(page.getByText("Veo 3.1: 8 s, it has no 5 s")).toBeVisible();
  });
});

describe("the hint", () => {
  const hint = (el: HTMLElement) => el.querySelector(".rk-try > span")?.textContent;

  test("shows how to make several, until it was used or put away", async () => {
    const first = mountStudio(plain);
    expect(hint(first.el)).toBe("Try {{dawn|dusk}} for two versions");
    await button("{{dawn|dusk}}").click();
    await expect.element(prompt()).toHaveValue("A pan {{dawn|dusk}}");
    await expect.element(prompt()).toHaveFocus();
    await eventually(() => hint(first.el)).toBe("Pick “Several…” to compare values");
    await button("Put the hint away").click();
    await eventually(() => hint(first.el)).toBeUndefined();
    first.close();
    expect(hint(mountStudio(plain).el)).toBeUndefined();
  });
});

describe.each([400, 700, 1000, 1600])("at %i px nothing in the form moves", (width) => {
  /** Where each part of the form is, in the form. */
  function places(el: HTMLElement) {
    const { top, height } = (el.querySelector(".rk-compose") as HTMLElement).getBoundingClientRect();
    const parts = [".rk-images", ".rk-prompt", ".rk-options", ".rk-meter-line", ".rk-go-row", ".rk-foot"].map(
      (name) => {
        const box = (el.querySelector(name) as HTMLElement).getBoundingClientRect();
        return [name, box.top - top, box.height];
      },
    );
    return [...parts, ["all", height]];
  }

  test("when the model changes, the plan arrives, a notice or an image comes", async () => {
    await page.viewport(width + 20, 900);
    const { el, kernel } = mountStudio(
      { form: plain.form, endpoints: [endpoint(), veo, sora, banana] },
      (kernel) => {
        kernel.latency = 60;
      },
    );
    el.style.width = `${width}px`;
    await settle(50);
    const before = places(el);
    await expect.element(button("Generate · about $0.65")).toBeVisible();
    expect(places(el), "the plan").toEqual(before);
    for (const { title } of [veo, sora, endpoint()]) {
      await page.getByRole("combobox", { name: "Model" }).selectOptions(title);
      await settle(150);
      expect(places(el), title).toEqual(before);
    }
    for (const output of ["Image", "Video"]) {
      await page.getByText(output, { exact: true }).first().click();
      await settle(150);
      expect(places(el), output).toEqual(before);
    }
    await button("Generate").click();
    await expect.element(page.getByText("Kling v3 Pro needs its start image.").first()).toBeVisible();
    expect(places(el), "a notice").toEqual(before);
    kernel.set("images", [image({ width: 900, height: 1600 })]);
    await eventually(() => el.querySelector(".rk-images img")).not.toBeNull();
    expect(places(el), "an image").toEqual(before);
    await prompt().fill("A {{slow|fast}} pan");
    await eventually(() => el.querySelectorAll(".rk-square").length).toBe(2);
    expect(places(el), "the meter").toEqual(before);
  });
});
