import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { settingsFor } from "../../../src/form-values";
import { RefusedError } from "../../../src/kernel/connection";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { frameShown, NUMBERED } from "../../numbered";
import { endpoint, image, job, plan, position, sweep, take, veo } from "../../samples";

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

describe("the grid", () => {
  test("says each state in words, and a filled position opens its take", async () => {
    const { kernel, el } = mountStudio({ sweeps: [sweep()], jobs: [job()], takes: [take()] });
    const positions = () =>
      [...el.querySelectorAll(".rk-positions > li")].map((li) => li.textContent?.replaceAll("\u00a0", " "));
    expect(positions()).toEqual(["slowslow: kept", "fastMaking the video1 min 12 s", "calmNot sent yet"]);
    expect(el.querySelector(".rk-jobs")).toBeNull();
    await button("slow: kept").click();
    await eventually(() => el.querySelector("video")).not.toBeNull();
    expect(button("slow: kept").element().getAttribute("aria-current")).toBe("true");
    const kept = position({ state: "kept", stage: "Kept", job: "job-1" });
    kernel.set("jobs", []);
    kernel.set("takes", [take({ id: "job-1", prompt: "fast" }), take()]);
    kernel.set("sweeps", [sweep({ positions: [kept, kept, position()], words: "2 of 3 done", finished: 2 })]);
    await expect.element(button("fast: kept")).toBeVisible();
    // A take that is looked at is not pushed away.
    expect(el.querySelector("[aria-label='Player']")?.textContent).not.toContain("fast");
    expect(el.querySelector("[aria-live]")?.textContent).toBe("Sweep: 2 of 3 done");
  });

  test("is paused, resumed, cancelled and dismissed as one", async () => {
    const { kernel, el } = mountStudio({ sweeps: [sweep()] });
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
    kernel.set("sweeps", [sweep({ cancelled: true, done: true })]);
    await button("Dismiss the variations").click();
    await eventually(() => kernel.asked("sweep_control").map((request) => request.do)).toEqual([
      "pause",
      "resume",
      "cancel",
      "dismiss",
    ]);
    kernel.set("sweeps", []);
    await eventually(() => el.querySelector(".rk-sweep")).toBeNull();
  });

  test("says why positions failed, once for each reason", async () => {
    const failed = position({ state: "failed", stage: "Failed", error: "It names a <i>person</i>." });
    const { el } = mountStudio({ sweeps: [sweep({ positions: [failed, failed, position()], done: true })] });
    const errors = [...el.querySelectorAll(".rk-sweep-error")].map((one) => one.textContent);
    expect(errors).toEqual(["It names a <i>person</i>."]);
  });

  test("axe finds nothing, with one axis and with several", async () => {
    const { el } = mountStudio({
      ...ready,
      form: { ...ready.form, settings: { duration: ["4s", "8s"] } },
      takes: [take()],
      jobs: [job()],
      sweeps: [
        sweep({
          id: "2",
          endpoint: veo.id,
          rows: ["dawn", "noon", "dusk"].flatMap((word) => [`slow · ${word}`, `(nothing) · ${word}`]),
          columns: ["Duration 4 s", "Duration 8 s"],
          positions: Array.from({ length: 12 }, () => position()),
        }),
        sweep({ note: "3 in a row have failed." }),
      ],
    });
    await eventually(() => el.querySelectorAll(".rk-square").length).toBe(4);
    const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)])).toEqual([]);
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

describe("comparing a sweep", () => {
  const kept = (id: string) => position({ state: "kept", stage: "Kept", job: id });
  const films = ["a", "b", "c"].map((id) => take({ id, prompt: `Take ${id}`, duration: 2, fps: 30 }));
  const headings = { rows: ["slow", "fast"], columns: ["dawn", "noon"] };
  const show = (positions = [kept("a"), kept("b"), kept("c"), position()]) =>
    mountStudio({ ...ready, takes: films, sweeps: [sweep({ ...headings, positions })] }, (kernel) => {
      kernel.handlers.media = async () => ({
        value: { media_type: "video/mp4", name: "x.mp4" },
        buffers: [await (await fetch(NUMBERED.quick.url)).arrayBuffer()],
      });
    });
  const videos = (el: HTMLElement) => [...el.querySelectorAll<HTMLVideoElement>(".rk-sweep video")];
  const compare = () => button("Compare all variations");

  test("plays all that is made in step, under the headings, beside what is still to come", async () => {
    const { el } = show();
    await compare().click();
    await eventually(() => videos(el).filter((one) => one.readyState >= 2).length).toBe(3);
    expect([...el.querySelectorAll(".rk-sweep th")].map((one) => one.textContent)).toEqual([
      "dawn",
      "noon",
      "slow",
      "fast",
    ]);
    expect(words(el, ".rk-position")).toBe("Not sent yet");
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    await eventually(() => videos(el).map((one) => !one.seeking && frameShown(one))).toEqual([2, 2, 2]);
    await button("Play").click();
    await eventually(() => videos(el).every((one) => one.currentTime > 0.5)).toBe(true);
    expect((await axe.run(el)).violations).toEqual([]);
    await compare().click();
    await eventually(() => videos(el).length).toBe(0);
    expect(el.querySelectorAll(".rk-sweep .rk-take")).toHaveLength(3);
    expect(document.activeElement).toBe(compare().element());
  });

  test("is offered from two on, and another that is ready meanwhile joins", async () => {
    const { el, kernel } = show([kept("a"), position(), position(), position()]);
    expect(compare().query()).toBeNull();
    const positions = [kept("a"), kept("b"), position(), position()];
    kernel.set("sweeps", [sweep({ ...headings, positions })]);
    await compare().click();
    await eventually(() => videos(el).length).toBe(2);
    kernel.set("sweeps", [
      sweep({ ...headings, positions: [...positions.slice(0, 2), kept("c"), position()] }),
    ]);
    await eventually(() => videos(el).length).toBe(3);
  });
});
