import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { settingsFor } from "../../../src/form-values";
import { arrange } from "../../../src/job/sweep-layout";
import { RefusedError } from "../../../src/kernel/connection";
import type { Sweep } from "../../../src/kernel/protocol";
import { foundAtFirst } from "../../../src/studio/wall/found";
import { unswept } from "../../../src/studio/wall/unswept";
import { button, eventually, mountStudio, prompt, unfolded } from "../../mounted";
import { frameShown, NUMBERED } from "../../numbered";
import { counts, endpoint, image, job, plan, position, sweep, take, veo } from "../../samples";

const ready = {
  images: [image()],
  form: { endpoint: veo.id, prompt: "A {{slow|fast}} dolly in", settings: {} },
};
const choice = (name: string) => page.getByRole("combobox", { name });
const words = (el: HTMLElement, name: string) =>
  el.querySelector(name)?.textContent?.replaceAll("\u00a0", " ");
const settle = (milliseconds = 500) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("before Generate", () => {
  test("it says how many are made and what is kept, once the typing rests", async () => {
    const { kernel, el } = mountStudio(ready, (kernel) => {
      kernel.handlers.plan = async () => ({ value: plan({ count: 6, kept: 2, underway: 1 }) });
    });
    await eventually(() => words(el, ".rk-meter-words")).toBe("2 made, 1 running, 3 new");
    await userEvent.type(prompt(), ", {{{{dawn|noon}}");
    await eventually(() => kernel.asked("plan").length).toBe(2);
    expect(kernel.asked("plan")[1]?.prompt).toBe("A {{slow|fast}} dolly in, {{dawn|noon}}");
    expect(kernel.asked("sweep_begin")).toEqual([]);
  });

  test("one prompt is not counted, and is made as ever", async () => {
    const { kernel, el } = mountStudio({ ...ready, form: { ...ready.form, prompt: "A {slow} pan" } });
    await eventually(() => words(el, ".rk-meter-words")).toBe("1 new");
    expect(el.querySelector(".rk-sweep")).toBeNull();
    await button("Generate").click();
    await eventually(() => kernel.asked("generate").length).toBe(1);
    expect(kernel.asked("sweep_begin")).toEqual([]);
  });

  test("what is wrong with the alternatives is said under the prompt, until it is put right", async () => {
    const { kernel, el } = mountStudio(ready, (kernel) => {
      const usual = kernel.handlers.plan;
      kernel.handlers.plan = async (fields, buffers) => {
        if (fields.prompt.endsWith("{{slow"))
          throw new RefusedError("“{{slow” is <b>not</b> closed.", "prompt");
        return usual(fields, buffers);
      };
    });
    await prompt().fill("A {{slow");
    await eventually(() => words(el, ".rk-problem")).toBe("“{{slow” is <b>not</b> closed.");
    const described = prompt().element().getAttribute("aria-describedby")?.split(" ");
    expect(described).toContain(el.querySelector(".rk-problem")?.id);
    await prompt().fill("A {{slow|fast}}");
    await eventually(() => el.querySelector(".rk-problem")).toBeNull();
    await prompt().fill("A slow pan");
    await eventually(() => words(el, ".rk-meter-words")).toBe("1 new");
    expect(kernel.asked("generate")).toEqual([]);
  });

  test("a slow answer never overtakes a newer form", async () => {
    const { kernel, el } = mountStudio(ready, (kernel) => {
      kernel.handlers.plan = async ({ prompt }) => {
        if (prompt.includes("fast")) await settle(900);
        return { value: plan({ count: prompt.length }) };
      };
    });
    await eventually(() => kernel.asked("plan").length).toBe(1);
    await prompt().fill("{{a|b|c}}");
    await eventually(() => words(el, ".rk-meter-words")).toBe("9 new");
    await settle(800);
    expect(words(el, ".rk-meter-words")).toBe("9 new");
  });
});

describe("Generate", () => {
  test("sends the whole form as a sweep", async () => {
    const { kernel } = mountStudio({ ...ready, form: { ...ready.form, settings: { duration: ["8s", 4] } } });
    await button("Generate").click();
    await eventually(() => kernel.asked("sweep_begin").length).toBe(1);
    expect(kernel.asked("sweep_begin")[0]).toMatchObject({
      endpoint: veo.id,
      prompt: "A {{slow|fast}} dolly in",
      settings: { duration: ["4s", "8s"] },
      images: { start: "sha256:harbour" },
      agreed: 0,
      again: false,
    });
    expect(kernel.asked("generate")).toEqual([]);
  });
});

describe("several values of an option", () => {
  test("are chosen with checkboxes, by keyboard too, and given up again", async () => {
    const { kernel } = mountStudio({ ...ready, form: { ...ready.form, prompt: "A slow pan" } });
    await choice("Duration").selectOptions("Several…");
    const box = (name: string) => page.getByRole("checkbox", { name });
    await expect.element(box("4 s")).toHaveFocus();
    await expect.element(box("8 s")).toBeChecked();
    await userEvent.keyboard(" ");
    await eventually(() => kernel.asked("plan").at(-1)?.settings).toEqual({ duration: ["4s", "8s"] });
    await box("8 s").click();
    await button("Generate").click();
    await eventually(() => kernel.asked("generate")[0]?.settings).toEqual({ duration: "4s" });
    await box("4 s").click();
    await expect.element(box("4 s")).not.toBeChecked();
    await box("6 s").click();
    await button("Duration: one value only").click();
    await expect.element(choice("Duration")).toHaveFocus();
    await expect.element(choice("Duration")).toHaveDisplayValue("6 s");
  });

  test("go with a person from model to model, as far as they fit", () => {
    const wanted = { duration: [8, "10", "4"] };
    expect(settingsFor(veo.fields, wanted)).toEqual({ duration: ["4s", "8s"] });
    expect(settingsFor(endpoint().fields, wanted)).toEqual({ duration: ["8", "10"] });
    const odd = { duration: ["4"], resolution: [], seed: [1, "2", 2, [3], "x"], generate_audio: [3] };
    expect(settingsFor(veo.fields, odd)).toEqual({ duration: "4s", seed: [1, 2] });
  });

  test("that Python gave are shown and sent, also of what is no choice", async () => {
    const settings = { seed: [1, 2], generate_audio: [true, false] };
    const { kernel, el } = mountStudio({ ...ready, form: { ...ready.form, prompt: "A pan", settings } });
    await button("Generate").click();
    await eventually(() => kernel.asked("sweep_begin")[0]?.settings).toEqual(settings);
    await button(/^More/).click();
    expect(
      [...el.querySelectorAll(".rk-several-given .rk-pill-value")].map((one) => one.textContent),
    ).toEqual(["on, off", "1, 2"]);
    await button("Seed: one value only").click();
    await expect.element(page.getByRole("spinbutton", { name: "Seed" })).toHaveValue(1);
  });

  test("outlive a reload", async () => {
    const first = mountStudio(ready);
    await choice("Duration").selectOptions("Several…");
    await page.getByRole("checkbox", { name: "6 s" }).click();
    first.close();
    mountStudio(first.kernel.traits);
    await expect.element(page.getByRole("checkbox", { name: "6 s" })).toBeChecked();
  });
});

const kept = (id: string) => position({ state: "kept", stage: "Kept", job: id });
const finished = (ids: string[], about: Partial<Sweep> = {}) =>
  sweep({
    columns: ids,
    positions: ids.map(kept),
    words: `${ids.length} of ${ids.length} done`,
    finished: ids.length,
    done: true,
    ...about,
  });
const some = (...ids: string[]) => ids.map((id) => take({ id, prompt: `Take ${id}`, duration: 2, fps: 30 }));
const cell = (el: HTMLElement, at: number) =>
  el.querySelector<HTMLElement>(`[data-at="${at}"] :is(.rk-take, .rk-position)`);

describe("the grid", () => {
  test("says of each position where it stands, and opens its take or its job on the stage", async () => {
    const failed = job({ id: "job-2", state: "failed", stage: "Failed", error: "It names a <i>person</i>." });
    const { kernel, el } = mountStudio({
      sweeps: [
        sweep({
          columns: ["slow", "fast", "calm", "wild", "none"],
          positions: [
            kept("take-1"),
            position({ state: "running", job: "job-1" }),
            position({ state: "failed", stage: "Failed", job: "job-2", error: failed.error }),
            position(),
            position({ state: "left_out", stage: "Left out" }),
          ],
        }),
      ],
      jobs: [job({ elapsed: 82 }), failed],
      takes: [take()],
    });
    const said = () =>
      [...el.querySelectorAll("[data-at]:not(:has(.rk-poster))")].map((one) =>
        one.textContent?.replaceAll("\u00a0", " "),
      );
    expect(said()).toEqual([
      "fast: about 40 s left",
      "calm: FailedIt names a <i>person</i>.",
      "wild: new",
      "none: left out",
    ]);
    expect(el.querySelector(".rk-jobs")).toBeNull();
    cell(el, 0)?.click();
    await eventually(() => el.querySelector("video")).not.toBeNull();
    expect(cell(el, 0)?.getAttribute("aria-current")).toBe("true");
    cell(el, 1)?.click();
    await eventually(() => cell(el, 1)?.getAttribute("aria-current")).toBe("true");
    kernel.set("jobs", [job({ trouble: true, stage: "No connection; trying again in 8 s" }), failed]);
    await eventually(() => said()[0]).toBe("fast: No connection; trying again in 8 s");
    cell(el, 0)?.click();
    await eventually(() => cell(el, 0)?.getAttribute("aria-current")).toBe("true");
    kernel.set("jobs", []);
    kernel.set("takes", [take({ id: "job-1", prompt: "fast" }), take()]);
    kernel.set("sweeps", [
      sweep({ positions: [kept("take-1"), kept("job-1"), position()], words: "2 of 3 done" }),
    ]);
    await eventually(() => el.querySelectorAll(".rk-sweep .rk-poster").length).toBe(2);
    // A take that is looked at is not pushed away.
    expect(cell(el, 0)?.getAttribute("aria-current")).toBe("true");
    expect(el.querySelector("[aria-live]")?.textContent).toBe("Sweep: 2 of 3 done");
  });

  test("is one stop of the Tab key, and arrows show what they come to, over what is still to come", async () => {
    const headings = { rows: ["slow", "fast"], columns: ["dawn", "noon", "dusk"] };
    const positions = [kept("a"), position(), kept("b"), kept("c"), kept("d"), position()];
    const { el } = mountStudio({
      takes: some("a", "b", "c", "d"),
      sweeps: [sweep({ ...headings, positions })],
    });
    const stops = () => [...el.querySelectorAll(".rk-sweep .rk-take[tabindex='0']")];
    expect(stops()).toEqual([cell(el, 0)]);
    cell(el, 0)?.focus();
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(cell(el, 2)).toHaveFocus();
    await eventually(() => cell(el, 2)?.getAttribute("aria-current")).toBe("true");
    await userEvent.keyboard("{ArrowDown}");
    await expect.element(cell(el, 2)).toHaveFocus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    await expect.element(cell(el, 0)).toHaveFocus();
    await userEvent.keyboard("{ArrowDown}{End}");
    await expect.element(cell(el, 4)).toHaveFocus();
    expect(stops()).toEqual([cell(el, 4)]);
  });

  test("is laid out by its width, in rows of like length", () => {
    const axis = (count: number) => ({
      rows: [""],
      columns: Array.from({ length: count }, (_, at) => `${at}`),
    });
    const of = (count: number, width: number) => arrange(axis(count), width);
    expect(of(12, 1172)).toMatchObject({ columns: 6, rows: 2, wraps: true });
    expect(of(7, 1172)).toMatchObject({ columns: 4, rows: 2 });
    expect(of(3, 1172)).toMatchObject({ columns: 3, rows: 1 });
    expect(of(12, 390)).toMatchObject({ columns: 2, rows: 6 });
    const table = { rows: ["slow · Duration 8 s", "fast"], columns: axis(8).columns };
    expect(arrange(table, 1172)).toMatchObject({
      columns: 8,
      rows: 2,
      wraps: false,
      scrolls: false,
      head: 92,
    });
    expect(arrange(table, 390)).toMatchObject({ scrolls: true });
  });

  test("of a thousand positions draws those near the screen, and few rows at first", async () => {
    const ids = Array.from({ length: 1000 }, (_, at) => `${at}`);
    unfolded();
    const { el } = mountStudio({ takes: some(...ids), sweeps: [finished(ids)] });
    el.querySelector(".rk-sweep-grid")?.scrollIntoView();
    await eventually(() => el.querySelectorAll(".rk-sweep .rk-poster").length).toBeGreaterThan(2);
    const rows = () => el.querySelectorAll("[data-at]").length;
    expect(rows()).toBeLessThan(60);
    await button(/^Show all \d+ rows/).click();
    await eventually(rows).toBe(1000);
    expect(el.querySelectorAll(".rk-sweep .rk-poster").length).toBeLessThan(100);
    cell(el, 0)?.focus();
    await userEvent.keyboard("{End}");
    await expect.element(cell(el, 999)).toHaveFocus();
    expect(el.querySelectorAll(".rk-sweep .rk-poster").length).toBeLessThan(100);
  });

  test("is paused, resumed and cancelled as one", async () => {
    const { kernel } = mountStudio({ sweeps: [sweep()] });
    await button("Pause the variations").click();
    kernel.set("sweeps", [sweep({ paused: true, note: "3 in a row have failed." })]);
    await expect.element(page.getByText("3 in a row have failed.")).toBeVisible();
    await button("Resume the variations").click();
    await button("Cancel the variations").click();
    kernel.set("sweeps", [sweep({ cancelled: true })]);
    await expect.element(button("Cancelling the variations")).toHaveAttribute("aria-disabled", "true");
    await expect
      .element(page.getByRole("progressbar", { name: "Progress of the variations" }))
      .toHaveAttribute("aria-valuenow", "1");
    await eventually(() => kernel.asked("sweep_control").map((request) => request.do)).toEqual([
      "pause",
      "resume",
      "cancel",
    ]);
  });

  test("asks once more for what is lacking by one button, which says how many and what that costs", async () => {
    const failed = position({ state: "failed", stage: "Failed", error: "It names a <i>person</i>." });
    const late = position({ state: "expired", stage: "Timed out", job: "late", error: "Late." });
    const { kernel, el } = mountStudio({
      sweeps: [sweep({ positions: [failed, failed, late], done: true })],
    });
    const errors = [...el.querySelectorAll(".rk-sweep-error")].map((one) => one.textContent);
    expect(errors).toEqual(["It names a <i>person</i>.", "Late."]);
    const charge =
      "Retrying sends 2 new requests; you'll be charged for each. What timed out continues without a second charge.";
    await expect.element(page.getByText(charge)).toBeVisible();
    await button("Retry failed (3)").click();
    await eventually(() => kernel.asked("sweep_control").map((request) => request.do)).toEqual(["retry"]);
    const cancelled = position({ state: "cancelled", stage: "Not sent" });
    kernel.set("sweeps", [sweep({ positions: [failed, cancelled, kept("a")], done: true })]);
    await expect.element(button("Retry failed and cancelled (2)")).toBeVisible();
    kernel.set("sweeps", [sweep({ positions: [cancelled, kept("a")], done: true })]);
    await expect.element(button("Retry cancelled (1)")).toBeVisible();
  });

  test("says a reason once, whichever requests it was of", async () => {
    const refused = (id: string) =>
      position({
        state: "failed",
        stage: "Failed",
        error: `A filter refused it. (Job ${id}, request ${id}-1.) Try.`,
      });
    const { el } = mountStudio({ sweeps: [sweep({ positions: [refused("a"), refused("b")], done: true })] });
    const errors = [...el.querySelectorAll(".rk-sweep-error")].map((one) => one.textContent);
    expect(errors).toEqual(["A filter refused it. Try."]);
    const words = [...el.querySelectorAll(".rk-position-words")].map((one) => one.textContent);
    expect(words).toEqual(["A filter refused it. Try.", "A filter refused it. Try."]);
  });

  test("a row of takes of one prompt says the prompt", async () => {
    const once = { id: "once", columns: ["take 1", "take 2"], rows: [""], done: true };
    const { el } = mountStudio({
      takes: [take({ id: "a", prompt: "Pan left" }), take({ id: "b", prompt: "Pan left" })],
      sweeps: [sweep({ ...once, positions: ["a", "b"].map((id) => ({ ...kept(id), prompt: "Pan left" })) })],
    });
    await eventually(() => el.querySelector(".rk-row-words")?.textContent).toContain("Pan left");
  });

  test("axe finds nothing, with one axis and with several, folded and not", async () => {
    const { el } = mountStudio({
      ...ready,
      form: { ...ready.form, settings: { duration: ["4s", "8s"] } },
      takes: [take(), ...some("a", "b")],
      jobs: [job()],
      sweeps: [
        sweep({
          id: "2",
          endpoint: veo.id,
          rows: ["Duration 4 s", "Duration 8 s"],
          columns: ["dawn", "noon", "dusk"].flatMap((word) => [`slow · ${word}`, `(nothing) · ${word}`]),
          positions: Array.from({ length: 12 }, () => position()),
        }),
        sweep({ note: "3 in a row have failed." }),
        finished(["a", "b"], { id: "3" }),
      ],
    });
    await eventually(() => el.querySelectorAll(".rk-square").length).toBe(4);
    const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
  });
});

describe("a finished sweep", () => {
  const shown = (el: HTMLElement, where: string) =>
    [...el.querySelectorAll<HTMLElement>(`${where} [data-take]`)].map(({ dataset }) => dataset.take);

  test("is folded into one row of the wall, and its takes stand nowhere else", async () => {
    unfolded();
    const { el } = mountStudio({ takes: some("x", "a", "b", "y"), sweeps: [finished(["b", "a"])] });
    expect(shown(el, ".rk-sweep")).toEqual(["b", "a"]);
    await eventually(() => shown(el, ".rk-wall-list")).toEqual(["x", "y"]);
    await button("Fold the variations").click();
    await eventually(() => shown(el, ".rk-row")).toEqual(["b", "a"]);
    expect(el.querySelector(".rk-sweep")).toBeNull();
    expect(shown(el, ".rk-wall-list")).toEqual(["x", "y"]);
    el.querySelector<HTMLElement>(".rk-row .rk-take")?.focus();
    await userEvent.keyboard("{ArrowRight}");
    await eventually(() => el.querySelectorAll(".rk-row .rk-take")[1]?.getAttribute("aria-current")).toBe(
      "true",
    );
    await button(/^Unfold/).click();
    await eventually(() => shown(el, ".rk-sweep")).toEqual(["b", "a"]);
    expect(el.querySelector(".rk-row")).toBeNull();
  });

  test("gives way to one that is begun, and what is folded stays so over a reload", async () => {
    const older = finished(["a", "b"], { id: "old" });
    unfolded("old");
    const first = mountStudio({ ...ready, takes: some("a", "b", "c"), sweeps: [older] }, (kernel) => {
      kernel.handlers.sweep_begin = async () => {
        kernel.set("sweeps", [sweep({ id: "new", positions: [kept("c"), position(), position()] }), older]);
        return { value: { sweep: "new", one: null, new: 2 } };
      };
    });
    expect(shown(first.el, ".rk-sweep")).toEqual(["a", "b"]);
    await button(/^Generate/).click();
    await eventually(() => shown(first.el, ".rk-sweep")).toEqual(["c"]);
    expect(shown(first.el, ".rk-row")).toEqual(["a", "b"]);
    first.kernel.set("sweeps", [finished(["c"], { id: "new" }), older]);
    await button("Fold the variations").click();
    await eventually(() => shown(first.el, ".rk-row")).toEqual(["c"]);
    first.close();
    const { el } = mountStudio(first.kernel.traits);
    expect(el.querySelector(".rk-sweep")).toBeNull();
    expect(shown(el, ".rk-row")).toEqual(["c"]);
  });

  describe("that is whole", () => {
    const made = () => finished(["a", "b"]);
    /** One that has just been finished while a person looked at it. */
    async function finishing(about: Parameters<typeof mountStudio>[0] = {}, end = made()) {
      const studio = mountStudio({
        ...ready,
        takes: some("x", "a", "b", "y"),
        sweeps: [sweep({ columns: ["a", "b"], positions: [kept("a"), position()] })],
        ...about,
      });
      await userEvent.hover(prompt());
      studio.kernel.set("sweeps", [end]);
      await eventually(() => studio.el.querySelector(".rk-sweep-words")?.textContent).toContain("2 of 2");
      return studio;
    }
    const isFolded = (el: HTMLElement) => el.querySelector(".rk-row") !== null;

    test("folds once its person goes on in the form, and not before", async () => {
      const { el } = await finishing();
      await settle(400);
      expect(isFolded(el)).toBe(false);
      await prompt().fill("The next one");
      await eventually(() => isFolded(el)).toBe(true);
      await expect.element(prompt()).toHaveFocus();
    });

    test("not while the pointer or the focus is in it or below it, then when they leave", async () => {
      const { el } = await finishing();
      const wall = () => el.querySelector(".rk-wall-list") as HTMLElement;
      await userEvent.hover(wall());
      await prompt().fill("The next one");
      await userEvent.hover(wall());
      await settle(400);
      expect(isFolded(el)).toBe(false);
      wall().querySelector<HTMLElement>(".rk-take")?.focus();
      await userEvent.hover(prompt());
      await settle(400);
      expect(isFolded(el)).toBe(false);
      prompt().element().focus();
      await eventually(() => isFolded(el)).toBe(true);
    });

    test("not for what is opened of it, but for another take", async () => {
      const { el } = await finishing();
      cell(el, 1)?.click();
      await settle(400);
      expect(isFolded(el)).toBe(false);
      el.querySelector<HTMLElement>('.rk-wall-list [data-take="x"] .rk-take')?.click();
      await eventually(() => isFolded(el)).toBe(true);
    });

    test("not where something is still to be retried, nor one that was unfolded", async () => {
      const failed = position({ state: "failed", stage: "Failed", error: "No." });
      const first = await finishing(
        {},
        sweep({ positions: [kept("a"), failed], words: "2 of 2, 1 failed", done: true }),
      );
      await prompt().fill("The next one");
      await settle(400);
      expect(isFolded(first.el)).toBe(false);
      first.close();
      unfolded();
      const { el } = mountStudio({ ...ready, takes: some("a", "b"), sweeps: [made()] });
      await prompt().fill("The next one");
      await settle(400);
      expect(isFolded(el)).toBe(false);
    });

    test("is folded on the next visit", () => {
      const { el } = mountStudio({ ...ready, takes: some("a", "b"), sweeps: [made()] });
      expect(isFolded(el)).toBe(true);
    });

    test("its row is without what is rejected, which comes back to it, and goes on with the next", async () => {
      const { el } = mountStudio({ takes: some("a", "b", "c"), sweeps: [finished(["a", "b", "c"])] });
      el.querySelector<HTMLElement>('.rk-row [data-take="b"] .rk-take')?.focus();
      await userEvent.keyboard("x");
      await eventually(() => shown(el, ".rk-row")).toEqual(["a", "c"]);
      expect(words(el, ".rk-row-words")).toContain("1 rejected");
      expect(document.activeElement?.closest<HTMLElement>("[data-take]")?.dataset.take).toBe("c");
      await userEvent.keyboard("x");
      await eventually(() => shown(el, ".rk-row")).toEqual(["a"]);
      expect(document.activeElement?.closest<HTMLElement>("[data-take]")?.dataset.take).toBe("a");
      await userEvent.keyboard("{Control>}z{/Control}");
      await eventually(() => shown(el, ".rk-row")).toEqual(["a", "c"]);
      await button(/^Unfold/).click();
      await eventually(() => shown(el, ".rk-sweep")).toEqual(["a", "b", "c"]);
    });
  });

  test("leaves the wall's other takes and their number, and where something is looked for, all", () => {
    const takes = some("a", "b", "c").map((one) => ({ ...one, here: one.id !== "a" }));
    const wall = foundAtFirst(takes, counts(takes));
    const { ids, total } = unswept(wall, [finished(["a", "b"])]);
    expect([ids, total]).toEqual([["c"], 1]);
    const here = { ...wall, filters: { ...wall.filters, here: true }, ids: ["b", "c"], total: 2 };
    expect(unswept(here, [finished(["a", "b"])])).toMatchObject({ ids: ["c"], total: 1 });
    const narrow = { ...wall, filters: { ...wall.filters, words: "a" } };
    expect(unswept(narrow, [finished(["a", "b"])])).toBe(narrow);
  });

  test("that made nothing is dismissed in place of folded", async () => {
    const none = position({ state: "cancelled", stage: "Not sent" });
    const { kernel } = mountStudio({ sweeps: [sweep({ positions: [none, none], done: true })] });
    await button("Dismiss the variations").click();
    await eventually(() => kernel.asked("sweep_control").map((request) => request.do)).toEqual(["dismiss"]);
  });
});

describe("several models", () => {
  test("are checked in the picker, counted, and asked with the settings that each takes", async () => {
    const { kernel, el } = mountStudio({
      images: [image()],
      form: { endpoint: endpoint().id, prompt: "A pan", settings: { duration: "8" } },
    });
    await choice("Model").selectOptions("Several…");
    const box = (name: string) => page.getByRole("checkbox", { name });
    await expect.element(box("Kling v3 Pro")).toBeChecked();
    expect(document.activeElement?.getAttribute("type")).toBe("checkbox");
    await settle();
    expect(kernel.asked("plan").at(-1)?.models, "one model is no sweep").toBeUndefined();
    await box("Veo 3.1").click();
    await eventually(() => kernel.asked("plan").at(-1)?.models?.length).toBe(1);
    await button("Generate").click();
    await eventually(() => kernel.asked("sweep_begin").length).toBe(1);
    expect(kernel.asked("sweep_begin")[0]).toMatchObject({
      endpoint: endpoint().id,
      settings: { duration: "8" },
      models: [{ endpoint: veo.id, settings: { duration: "8s" } }],
    });
    await eventually(() => kernel.asked("draft").at(-1)?.models).toEqual([veo.id]);
    expect((await axe.run(el)).violations).toEqual([]);

    await box("Kling v3 Pro").click();
    await eventually(() => page.getByText("Some options").query()).not.toBeNull();
    // Past the plan, which draws anew.
    await settle();
    await box("Veo 3.1").click();
    await expect.element(box("Veo 3.1"), { timeout: 5_000 }).toBeChecked();
    await button("Model: one value only").click();
    await expect.element(choice("Model")).toHaveValue(veo.id);
    await settle();
    await button("Generate").click();
    await eventually(() => kernel.asked("generate").length).toBe(1);
    expect(kernel.asked("generate")[0]).toMatchObject({ endpoint: veo.id, settings: { duration: "8s" } });
  });

  test("that Python or another page chose are shown", async () => {
    mountStudio({
      form: { endpoint: endpoint().id, prompt: "A pan", settings: {}, models: [veo.id] },
    });
    await expect.element(page.getByRole("checkbox", { name: "Veo 3.1" })).toBeChecked();
  });
});

describe("playing in step", () => {
  const films = some("a", "b", "c");
  const headings = { rows: ["slow", "fast"], columns: ["dawn", "noon"] };
  const show = (positions = [kept("a"), kept("b"), kept("c"), position()]) =>
    mountStudio({ ...ready, takes: films, sweeps: [sweep({ ...headings, positions })] }, (kernel) => {
      kernel.handlers.media = async () => ({
        value: { media_type: "video/mp4", name: "x.mp4" },
        buffers: [await (await fetch(NUMBERED.quick.url)).arrayBuffer()],
      });
    });
  const videos = (el: HTMLElement) => [...el.querySelectorAll<HTMLVideoElement>(".rk-sweep video")];
  const inStep = () => button("Play in step");

  test("plays all that is made at one press, under the headings, beside what is still to come", async () => {
    const { el } = show();
    await inStep().click();
    await eventually(() => videos(el).filter((one) => one.readyState >= 2).length).toBe(3);
    await eventually(() => videos(el).every((one) => one.currentTime > 0.3)).toBe(true);
    expect([...el.querySelectorAll(".rk-sweep th")].map((one) => one.textContent)).toEqual([
      "dawn",
      "noon",
      "slow",
      "fast",
    ]);
    expect(el.querySelector(".rk-position")?.textContent).toBe("fast, noon: new");
    expect((await axe.run(el)).violations).toEqual([]);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await userEvent.keyboard("{ArrowRight}");
    await eventually(() => new Set(videos(el).map((one) => !one.seeking && frameShown(one))).size).toBe(1);
    await inStep().click();
    await eventually(() => videos(el).length).toBe(0);
    expect(el.querySelectorAll(".rk-sweep .rk-poster")).toHaveLength(3);
    expect(document.activeElement).toBe(inStep().element());
  });

  test("is offered from two on, and another that is ready meanwhile joins", async () => {
    const { el, kernel } = show([kept("a"), position(), position(), position()]);
    expect(inStep().query()).toBeNull();
    const positions = [kept("a"), kept("b"), position(), position()];
    kernel.set("sweeps", [sweep({ ...headings, positions })]);
    await inStep().click();
    await eventually(() => videos(el).length).toBe(2);
    kernel.set("sweeps", [
      sweep({ ...headings, positions: [...positions.slice(0, 2), kept("c"), position()] }),
    ]);
    await eventually(() => videos(el).length).toBe(3);
  });

  test("its switch stays in sight while the grid is", async () => {
    await page.viewport(700, 500);
    const { el } = show();
    el.style.paddingBottom = "900px";
    const grid = el.querySelector(".rk-sweep-grid");
    scrollTo({ top: (grid?.getBoundingClientRect().top ?? 0) + scrollY + 60, behavior: "instant" });
    await eventually(() => Math.round(inStep().element().getBoundingClientRect().top)).toBeGreaterThanOrEqual(
      0,
    );
    expect(inStep().element().getBoundingClientRect().bottom).toBeLessThan(80);
    await page.viewport(1280, 800);
  });
});

test("a grid that is wider than its place says so at its edge, until it is scrolled there", async () => {
  await page.viewport(324, 800);
  const positions = ["a", "b", "c", "d", "e", "f"].map(kept);
  unfolded();
  const { el } = mountStudio({
    takes: some("a", "b", "c", "d", "e", "f"),
    sweeps: [finished([], { columns: ["dawn", "noon", "dusk"], rows: ["slow", "fast"], positions })],
  });
  await eventually(() => el.querySelector(".rk-grid-more")).not.toBeNull();
  const grid = el.querySelector(".rk-grid-scroll") as HTMLElement;
  grid.scrollLeft = grid.scrollWidth;
  await eventually(() => el.querySelector(".rk-grid-more")).toBeNull();
  await page.viewport(1200, 800);
  await eventually(() => grid.scrollWidth).toBeLessThanOrEqual(grid.clientWidth);
  expect(el.querySelector(".rk-grid-more")).toBeNull();
});
