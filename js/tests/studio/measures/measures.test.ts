import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Effect, EffectsValue, Take } from "../../../src/kernel/protocol";
import { tint } from "../../../src/studio/measures/heat";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio, unfolded } from "../../mounted";
import { counts, image, measured, measures, position, sweep, take } from "../../samples";

const choice = (name: string) => page.getByRole("combobox", { name });
const text = (element: Element | null | undefined) => element?.textContent?.replaceAll("\u00a0", " ");
const of = (el: HTMLElement, id: string) => el.querySelector<HTMLElement>(`.rk-wall [data-take="${id}"]`);

async function violations(el: HTMLElement) {
  const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
  return violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
}

/** The newest first, as the kernel tells of them. */
const takes = [
  take({ id: "new", prompt: "Not measured", created: 5 }),
  take({ id: "calm", prompt: "Calm", created: 4, measured: measured({ motion: 0.11, frozen: 0 }) }),
  take({
    id: "dead",
    prompt: "Dead",
    created: 3,
    measured: measured({ motion: 0, frozen: 4.8 }, "Frozen for its whole length", "2 cuts"),
  }),
  take({ id: "quick", prompt: "Quick", created: 2, measured: measured({ motion: 1.2, frozen: 0 }) }),
];
const library = { images: [image()], takes, counts: counts(takes) };

describe("what is probably wrong", () => {
  test("is said on the poster in words, several folded, and to a screen reader in full", async () => {
    const { el } = mountStudio(library);
    await eventually(() => text(of(el, "dead")?.querySelector(".rk-take-flag > span:not(.rk-unseen)"))).toBe(
      "Frozen for its whole length",
    );
    const poster = of(el, "dead")?.querySelector(".rk-take");
    expect(text(poster?.querySelector(".rk-take-flag b"))).toBe("+1");
    expect(text(poster)).toContain("Probably wrong: Frozen for its whole length+1, 2 cuts.");
    expect(el.querySelectorAll(".rk-take-flag").length).toBe(1);
    expect(await violations(el)).toEqual([]);
  });

  test("is said in full with the take's measures, each as a place in what the library has", async () => {
    const { el } = mountStudio(library);
    await eventually(() => of(el, "dead")?.querySelector(".rk-take-flag")).not.toBeNull();
    of(el, "dead")?.querySelector<HTMLElement>(".rk-take")?.click();
    await button("Details and more").click();
    await eventually(() => text(el.querySelector(".rk-measures-flags"))).toBe(
      "Probably wrong: frozen for its whole length, 2 cuts.",
    );
    const rows = [...el.querySelectorAll(".rk-measure")];
    expect(rows.map((row) => text(row))).toEqual(["Motion0.00", "Frozen4.8 s"]);
    const dots = rows.map((row) => row.querySelector<HTMLElement>("i")?.style.insetInlineStart);
    expect(dots).toEqual(["0%", "100%"]);
    await button("Motion").click();
    await expect.element(page.getByText("In your library: 0.00 to 1.20.")).toBeVisible();
    expect(await violations(el)).toEqual([]);
  });

  test("comes without the wall moving, when a take is measured later", async () => {
    const { el, kernel } = mountStudio(library);
    await eventually(() => kernel.asked("measured").length).toBe(1);
    expect(kernel.asked("measured")[0]?.takes).toEqual(["new"]);
    kernel.handlers.measured = async () => ({
      value: { takes: { new: measured({ motion: 0.3 }, "Black for 1.0 of 5 s") } },
    });
    const before = [...el.querySelectorAll(".rk-cell[data-take]")];
    kernel.set("measuring", { changed: 1, running: false, done: 0, of: 0, problem: null });
    await eventually(() => text(of(el, "new")?.querySelector(".rk-take-flag"))).toContain(
      "Black for 1.0 of 5 s",
    );
    expect([...el.querySelectorAll(".rk-cell[data-take]")]).toEqual(before);
  });
});

test("what is probably wrong can be looked for, and hidden", async () => {
  const { el, kernel } = mountStudio(library);
  const shown = () =>
    [...el.querySelectorAll<HTMLElement>(".rk-cell[data-take]")].map((one) => one.dataset.take);
  await choice("Rated").selectOptions("Probably wrong");
  await eventually(() => kernel.asked("find").at(-1)?.verdict).toBe("flagged");
  await eventually(shown).toEqual(["dead"]);
  // One that comes in is not measured yet.
  kernel.set("takes", [take({ id: "newest", created: 6 }), ...takes]);
  expect(shown()).toEqual(["dead"]);
  await choice("Rated").selectOptions("Hide what is probably wrong");
  await eventually(shown).toEqual(["newest", "new", "calm", "quick"]);
  await choice("Rated").selectOptions("Any rating");
  await eventually(() => kernel.asked("find").at(-1)?.verdict).toBeNull();
});

describe("sorting by a measure", () => {
  const order = (el: HTMLElement) =>
    [...el.querySelectorAll<HTMLElement>(".rk-cell[data-take]")].map(({ dataset }) => dataset.take);

  test("asks the library, shows the value on each poster, and is remembered", async () => {
    const first = mountStudio(library);
    expect(order(first.el)).toEqual(["new", "calm", "dead", "quick"]);
    await eventually(() => first.kernel.asked("measures").length).toBeGreaterThan(0);
    await choice("Sort by").selectOptions("Motion, highest first");
    await eventually(() => order(first.el)).toEqual(["quick", "calm", "dead", "new"]);
    expect(first.kernel.asked("find").at(-1)).toMatchObject({ by: "motion", least_first: false });
    const values = [...first.el.querySelectorAll(".rk-take-value")].map(text);
    expect(values).toEqual(["Motion: 1.20. ", "Motion: 0.11. ", "Motion: 0.00. ", "Motion: not measured. "]);
    expect(await violations(first.el)).toEqual([]);
    await choice("Sort by").selectOptions("Frozen, lowest first");
    const rested = ["calm", "quick", "dead", "new"];
    await eventually(() => order(first.el)).toEqual(rested);
    first.close();
    const { el, kernel } = mountStudio(library);
    await eventually(() => order(el)).toEqual(rested);
    expect(kernel.asked("find").at(-1)).toMatchObject({ by: "frozen", least_first: true });
    await choice("Sort by").selectOptions("Newest");
    await eventually(() => order(el)).toEqual(["new", "calm", "dead", "quick"]);
    expect(el.querySelector(".rk-take-value")).toBeNull();
  });

  test("puts a take that comes in last, and one that is brought back in its place", async () => {
    const { el, kernel } = mountStudio(library);
    await eventually(() => kernel.asked("measures").length).toBeGreaterThan(0);
    await choice("Sort by").selectOptions("Motion, highest first");
    await eventually(() => order(el)).toEqual(["quick", "calm", "dead", "new"]);
    kernel.set("takes", [take({ id: "newest", prompt: "Newest", created: 6 }), ...takes]);
    await button("Show all 5").click();
    await eventually(() => order(el)).toEqual(["quick", "calm", "dead", "new", "newest"]);
    of(el, "calm")?.querySelector<HTMLElement>(".rk-take")?.focus();
    await userEvent.keyboard("x");
    await eventually(() => order(el)).toEqual(["quick", "dead", "new", "newest"]);
    await userEvent.keyboard("{Control>}z{/Control}");
    await eventually(() => order(el)).toEqual(["quick", "calm", "dead", "new", "newest"]);
  });

  test("shows the takes of a folded sweep in their places too", async () => {
    const made = sweep({
      columns: ["a", "b"],
      positions: ["calm", "quick"].map((job) => position({ state: "kept", job })),
      done: true,
    });
    const { el, kernel } = mountStudio({ ...library, sweeps: [made] });
    await eventually(() => el.querySelector(".rk-row")).not.toBeNull();
    await eventually(() => kernel.asked("measures").length).toBeGreaterThan(0);
    await choice("Sort by").selectOptions("Motion, highest first");
    await eventually(() => order(el)).toEqual(["quick", "calm", "dead", "new"]);
    expect(el.querySelector(".rk-row")).toBeNull();
  });

  test("offers to measure the older takes, says how far that is, and stops", async () => {
    const { el, kernel } = mountStudio(library, (kernel) => {
      kernel.handlers.measures = async () => ({ value: measures({ unmeasured: 1204 }) });
    });
    expect(el.querySelector(".rk-unmeasured")).toBeNull();
    await eventually(() => kernel.asked("measures").length).toBeGreaterThan(0);
    await choice("Sort by").selectOptions("Motion, highest first");
    await button("Measure the 1,204 older takes").click();
    await eventually(() => kernel.asked("measure_older").map(({ on }) => on)).toEqual([true]);
    kernel.set("measuring", { changed: 1, running: true, done: 310, of: 1204, problem: null });
    const bar = page.getByRole("progressbar", { name: "Measuring takes" });
    await expect.element(bar).toHaveAttribute("aria-valuetext", "310 of 1,204 measured");
    expect(await violations(el)).toEqual([]);
    await button("Stop measuring").click();
    await eventually(() => kernel.asked("measure_older").map(({ on }) => on)).toEqual([true, false]);
    kernel.handlers.measures = async () => ({ value: measures() });
    kernel.set("measuring", { changed: 2, running: false, done: 1204, of: 1204, problem: null });
    await button("Sort again").click();
    await eventually(() => kernel.asked("find").length).toBe(2);
  });
});

const some = (...motion: (number | null)[]): Take[] =>
  motion.map((value, at) =>
    take({
      id: `take-${at}`,
      prompt: `Take ${at}`,
      created: 100 - at,
      rating: at % 4,
      ...(value === null ? {} : { measured: measured({ motion: value }) }),
    }),
  );
const kept = (count: number) =>
  Array.from({ length: count }, (_, at) => position({ state: "kept", stage: "Kept", job: `take-${at}` }));

describe("a sweep as a heat map", () => {
  const strips = (el: HTMLElement) => [...el.querySelectorAll(".rk-heat")].map(text);
  const colours = (el: HTMLElement) =>
    [...el.querySelectorAll<HTMLElement>(".rk-heat")].map(({ style }) => style.getPropertyValue("--rk-heat"));

  async function mapped(
    columns: string[],
    rows: string[],
    positions: ReturnType<typeof kept>,
    takes: Take[],
  ) {
    unfolded();
    const studio = mountStudio({
      images: [image()],
      takes,
      sweeps: [sweep({ columns, rows, positions, done: true })],
    });
    await eventually(() => studio.kernel.asked("effects").length).toBeGreaterThan(0);
    await choice("Heat map").selectOptions("Motion");
    return studio;
  }

  test("tints each position by its value, says it, and leaves out what has none", async () => {
    const positions = [...kept(3), position({ state: "failed", stage: "Failed", error: "No." })];
    const { el } = await mapped(["dawn", "noon"], ["slow", "fast"], positions, some(0.2, 1, null));
    await eventually(() => strips(el)).toEqual(["Motion: 0.20", "Motion: 1.00", "not measured", ""]);
    expect(colours(el)).toEqual([tint(0).fill, tint(1).fill, "", ""]);
    expect(text(el.querySelector(".rk-heat-legend"))).toBe("Motion0.20to1.001 not measured yet");
    expect(el.querySelectorAll("[data-at] .rk-poster").length).toBe(3);
    expect(await violations(el)).toEqual([]);
    await choice("Heat map").selectOptions("Rating");
    await eventually(() => strips(el)).toEqual(["not rated", "Rating: 1 ★", "Rating: 2 ★", ""]);
    await choice("Heat map").selectOptions("No heat map");
    await eventually(() => strips(el)).toEqual([]);
  });

  test("is drawn for one axis and for three, and remembered", async () => {
    const first = await mapped(["a", "b", "c"], [""], kept(3), some(0.5, 0.5, 0.5));
    await eventually(() => text(first.el.querySelector(".rk-heat-legend"))).toBe("Motion0.50 in all");
    expect(new Set(colours(first.el))).toEqual(new Set([tint(0.5).fill]));
    first.close();
    const again = mountStudio(first.kernel.traits);
    await eventually(() => strips(again.el).length).toBe(3);
    again.close();
    sessionStorage.clear();
    const rows = ["slow · 4 s", "slow · 8 s", "fast · 4 s", "fast · 8 s"];
    const { el } = await mapped(["a", "b"], rows, kept(8), some(0, 1, 2, 3, 4, 5, 6, 7));
    await eventually(() => new Set(colours(el)).size).toBe(8);
    expect(await violations(el)).toEqual([]);
  });

  test("of one position is neither the least nor the most", async () => {
    const { el } = await mapped(["a"], [""], kept(1), some(0.7));
    await eventually(() => colours(el)).toEqual([tint(0.5).fill]);
  });

  test("is read on every colour", () => {
    for (let part = 0; part <= 1; part += 0.05) {
      const { fill, ink } = tint(part);
      const [red = 0, green = 0, blue = 0] = (fill.match(/\d+/g) ?? []).map((one) => {
        const value = Number(one) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      const contrast = ink === "#000" ? (light + 0.05) / 0.05 : 1.05 / (light + 0.05);
      expect(contrast).toBeGreaterThan(4.5);
    }
  });
});

describe("beside an axis's headings", () => {
  const effect = (about: Partial<Effect> = {}): Effect => ({
    ...{ won: 7, judged: 9, share: 0.74, least: 0.6, most: 0.88, certain: true, separable: true },
    words: "Likely better than fast.",
    ...about,
  });
  const judged = (value: EffectsValue) => (kernel: FakeKernel) => {
    kernel.handlers.effects = async () => ({ value });
  };
  const shown = (el: HTMLElement) =>
    [...el.querySelectorAll(".rk-effect > [aria-hidden]:not(svg)")].map(text);

  test("stands how each alternative did, in figures, as a bar and in words", async () => {
    unfolded();
    const unsure = effect({
      ...{ won: 1.5, share: 0.4, least: 0.1, most: 0.7, certain: false },
      words: "Not yet certain.",
    });
    const bound = effect({ separable: false, words: "It never varied alone." });
    const { el } = mountStudio(
      {
        takes: some(0, 1, 2, 3),
        sweeps: [
          sweep({ columns: ["dawn", "noon"], rows: ["slow", "fast"], positions: kept(4), done: true }),
        ],
      },
      judged({ columns: [bound, null], rows: [[effect()], [unsure]], words: "slow likely beats fast" }),
    );
    await eventually(() => shown(el)).toEqual(["inseparable", "7 of 9", "1½ of 9"]);
    const heading = page.getByRole("rowheader", { name: /^slow/ });
    await expect
      .element(heading)
      .toHaveAccessibleName("slow slow: preferred in 7 of 9 comparisons. Likely better than fast.");
    const marks = [...el.querySelectorAll(".rk-effect")];
    expect(marks.map((mark) => mark.getAttribute("title"))).toEqual([
      "dawn: It never varied alone.",
      "slow: preferred in 7 of 9 comparisons. Likely better than fast.",
      "fast: preferred in 1½ of 9 comparisons. Not yet certain.",
    ]);
    expect(marks.map((mark) => mark.querySelectorAll("svg").length)).toEqual([0, 1, 1]);
    await expect.element(page.getByText("slow likely beats fast")).toBeVisible();
    expect(await violations(el)).toEqual([]);
  });

  test("of one axis they stand under its headings; without judgements there is nothing", async () => {
    unfolded();
    const about = {
      takes: some(0, 1),
      sweeps: [sweep({ columns: ["slow", "fast"], positions: kept(2), done: true })],
    };
    const first = mountStudio(about, judged({ columns: [effect(), effect()], rows: [], words: "" }));
    await eventually(() => shown(first.el).length).toBe(2);
    first.close();
    const { el, kernel } = mountStudio(about);
    await eventually(() => kernel.asked("effects").length).toBeGreaterThan(0);
    expect(shown(el)).toEqual([]);
  });
});
