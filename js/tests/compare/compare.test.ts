import { beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Take } from "../../src/kernel/protocol";
import type { FakeKernel } from "../fake-kernel";
import { finish } from "../fake-kernel";
import { button, eventually, mountStudio } from "../mounted";
import { frameShown, NUMBERED } from "../numbered";
import { image, job, take } from "../samples";

const slow = take({ id: "slow", prompt: "A slow dolly in", duration: 3, fps: 24, has_audio: true });
const quick = take({
  id: "quick",
  prompt: "A fast dolly in",
  duration: 2,
  fps: 30,
  has_audio: true,
  settings: { duration: "2", cfg_scale: 0.7 },
});
const third = take({ id: "third", prompt: "Pan left" });
const fourth = take({ id: "fourth", prompt: "Tilt up" });
const fifth = take({ id: "fifth", prompt: "Zoom out" });
const many = Array.from({ length: 9 }, (_, place) => take({ id: `t${place}`, prompt: `Prompt ${place}` }));
const sound = take({ id: "sound", kind: "audio", prompt: "Gulls", width: null, height: null });

/** The kernel's files are those whose frames carry their number. */
function numbered(kernel: FakeKernel): void {
  kernel.handlers.media = async ({ take }) => {
    const { url } = NUMBERED[take === "quick" ? "quick" : "slow"];
    return {
      value: { media_type: "video/mp4", name: `${take}.mp4` },
      buffers: [await (await fetch(url)).arrayBuffer()],
    };
  };
}

const mountTakes = (...takes: Take[]) => mountStudio({ takes, images: [image()] }, numbered);
const toggles = (el: HTMLElement) => [...el.querySelectorAll<HTMLButtonElement>(".rk-select")];
const posters = (el: HTMLElement) => [...el.querySelectorAll<HTMLButtonElement>(".rk-take")];
const videos = (el: HTMLElement) => [...el.querySelectorAll<HTMLVideoElement>(".rk-compare video")];
const numbers = (el: HTMLElement) => toggles(el).map((one) => one.textContent);
const click = (el: HTMLElement, at: number, how: MouseEventInit) =>
  posters(el)[at]?.dispatchEvent(new MouseEvent("click", { ...how, bubbles: true }));
const comparison = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-compare");

async function compare(...takes: Take[]) {
  const mounted = mountTakes(...takes);
  for (const one of toggles(mounted.el).slice(0, 4)) one.click();
  const moving = takes.slice(0, 4).filter(({ kind }) => kind === "video").length;
  await eventually(() => videos(mounted.el).filter((one) => one.readyState >= 2).length).toBe(moving);
  comparison(mounted.el)?.focus();
  return mounted;
}

// Wide enough for all that is selected to be among the two rows that the wall shows.
beforeEach(() => page.viewport(1200, 900));

describe("selecting", () => {
  test("with the toggle, with Ctrl and a click, and with Space; the number is the order", async () => {
    const { el } = mountTakes(slow, quick, third, fourth);
    toggles(el)[1]?.click();
    await expect.element(page.getByText(/One take is selected/).first()).toBeVisible();
    expect(comparison(el)).toBeNull();
    click(el, 0, { ctrlKey: true });
    click(el, 3, { metaKey: true });
    posters(el)[2]?.focus();
    await userEvent.keyboard(" ");
    await eventually(() => numbers(el)).toEqual(["2", "1", "4", "3"]);
    expect(toggles(el).map((one) => one.getAttribute("aria-pressed"))).toEqual(Array(4).fill("true"));
    await eventually(() => el.querySelectorAll(".rk-compare article").length).toBe(4);
    expect(el.querySelector(".rk-player")).toBeNull();
    await userEvent.keyboard(" ");
    await eventually(() => el.querySelectorAll(".rk-compare article").length).toBe(3);
  });

  test("with Shift takes all between, by click and by keys, as a list of files does", async () => {
    const { el } = mountTakes(...many);
    toggles(el)[1]?.click();
    click(el, 5, { shiftKey: true });
    await eventually(() => numbers(el).slice(0, 6)).toEqual(["", "1", "2", "3", "4", "5"]);
    // The range is drawn anew from where it began.
    click(el, 3, { shiftKey: true });
    await eventually(() => numbers(el).slice(0, 6)).toEqual(["", "1", "2", "3", "", ""]);
    click(el, 0, { shiftKey: true });
    await eventually(() => numbers(el).slice(0, 3)).toEqual(["2", "1", ""]);
    posters(el)[0]?.focus();
    await userEvent.keyboard("{Shift>}{ArrowRight}{ArrowRight}{ArrowRight}{/Shift}");
    await eventually(() => numbers(el).slice(0, 5)).toEqual(["", "1", "2", "3", ""]);
    await userEvent.keyboard("{Control>}a{/Control}");
    await eventually(() => numbers(el)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    await expect.element(page.getByRole("region", { name: "9 takes selected" })).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector(".rk-tray")).toBeNull();
    // So many are not lost by a key.
    await button("Undo").click();
    await eventually(() => numbers(el)[8]).toBe("9");
  });

  test("with Shift begins at the take that is open, where nothing is selected", async () => {
    const { el } = mountTakes(...many);
    posters(el)[4]?.click();
    click(el, 2, { shiftKey: true });
    await eventually(() => numbers(el).slice(0, 6)).toEqual(["", "", "3", "2", "1", ""]);
  });

  test("more than fit side by side, or a sound, lie in a tray, which says the way back", async () => {
    const { el, kernel } = mountTakes(slow, quick, third, fourth, fifth, sound);
    for (const one of toggles(el)) one.click();
    const tray = page.getByRole("region", { name: "6 takes selected" });
    await expect.element(tray.getByText("Sounds can't be compared side by side.")).toBeVisible();
    expect(el.querySelector("[role=status]")?.textContent).toBe("6 takes are selected.");
    await expect.element(tray.getByRole("button", { name: "Judge 5 videos" })).toBeVisible();
    expect(comparison(el)).toBeNull();
    el.querySelector<HTMLElement>(".rk-tray li:last-child button")?.click();
    await expect.element(page.getByText(/take out 1 to compare the rest/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Judge", exact: true }).last()).toBeVisible();
    el.querySelector<HTMLElement>(".rk-tray li button")?.focus();
    await userEvent.keyboard("{Enter}");
    await eventually(() => el.querySelectorAll(".rk-compare article").length).toBe(4);
    expect(document.activeElement, "the keys go on from there").toBe(comparison(el));
    expect(kernel.asked("selected").at(-1)?.takes).toEqual(["quick", "third", "fourth", "fifth"]);
  });

  test("outlives the page, also for a take that is not among the newest", async () => {
    const { el, kernel } = mountStudio({ takes: [slow, third], selection: [quick, slow] }, numbered);
    await eventually(() => el.querySelectorAll(".rk-compare article").length).toBe(2);
    expect(el.querySelector(".rk-compare article")?.textContent).toContain("A fast dolly in");
    expect(toggles(el).map((one) => one.textContent)).toEqual(["2", ""]);
    await userEvent.click(button(/^One$/));
    await eventually(() => kernel.asked("selected").at(-1)).toMatchObject({ takes: [], open: "quick" });
  });

  test("a click on a poster shows the player; a kept take that Generate found leaves a comparison", async () => {
    const { el, kernel } = mountStudio(
      { takes: [slow, quick], images: [image()], form: { endpoint: "", prompt: "Pan", settings: {} } },
      numbered,
    );
    for (const one of toggles(el)) one.click();
    await eventually(() => comparison(el)).not.toBeNull();
    posters(el)[0]?.click();
    await eventually(() => comparison(el)).toBeNull();
    expect(el.querySelector(".rk-player")).not.toBeNull();
    for (const one of toggles(el)) one.click();
    await eventually(() => comparison(el)).not.toBeNull();
    kernel.handlers.generate = async () => ({ value: { job: "quick", kept: true } });
    await button("Generate").click();
    await expect.element(page.getByText("You already have this take. No charge.").first()).toBeVisible();
    expect(comparison(el)).not.toBeNull();
  });

  test("a take that comes in meanwhile leaves the comparison alone, and is marked", async () => {
    const { el, kernel } = mountStudio({ takes: [slow, quick], jobs: [job()] }, numbered);
    for (const one of toggles(el)) one.click();
    await eventually(() => comparison(el)).not.toBeNull();
    finish(kernel, "job-1");
    await eventually(() => el.querySelector(".rk-take-new")).not.toBeNull();
    expect(comparison(el)).not.toBeNull();
  });
});

describe("side by side", () => {
  test("the keys play, stop and step, all in step on what is seen", async () => {
    const { el } = await compare(slow, quick);
    await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
    await eventually(() => videos(el).map((one) => !one.seeking && frameShown(one))).toEqual([2, 3]);
    await userEvent.keyboard("{ArrowLeft}");
    await eventually(() => videos(el).map((one) => !one.seeking && frameShown(one))).toEqual([2, 2]);
    await expect.element(page.getByText(/frame 3/)).toBeVisible();
    await userEvent.keyboard(" ");
    await eventually(() => videos(el).every((one) => one.currentTime > 1)).toBe(true);
    const [a = 0, b = 0] = videos(el).map(frameShown);
    expect(Math.abs(a / 24 - b / 30)).toBeLessThan(1 / 24 + 1 / 30);
    await userEvent.keyboard(" ");
    await eventually(() => videos(el).every((one) => one.paused)).toBe(true);
    const range = el.querySelector<HTMLInputElement>("input[type=range]");
    range?.focus();
    await userEvent.keyboard("{End}");
    await eventually(() => videos(el).map((one) => !one.seeking && frameShown(one))).toEqual([71, 59]);
    await expect.element(page.getByText("Ended, its last frame")).toBeVisible();
    await userEvent.keyboard("{Home}");
    await eventually(() => videos(el).map((one) => !one.seeking && frameShown(one))).toEqual([0, 0]);
    await eventually(() => el.textContent).not.toContain("Ended, its last frame");
  });

  test("sound comes from one at most", async () => {
    const { el } = await compare(slow, quick);
    expect(videos(el).map((one) => one.muted)).toEqual([true, true]);
    await button("Sound of take 1").click();
    await eventually(() => videos(el).map((one) => one.muted)).toEqual([false, true]);
    await button("Sound of take 2").click();
    await eventually(() => videos(el).map((one) => one.muted)).toEqual([true, false]);
    await button("Sound of take 2").click();
    await eventually(() => videos(el).map((one) => one.muted)).toEqual([true, true]);
  });

  test("what differs is marked and listed, what is equal is said once, as the kernel tells it", async () => {
    const { el, kernel } = await compare(slow, quick);
    expect(kernel.asked("compare").map(({ takes }) => takes)).toEqual([["slow", "quick"]]);
    await eventually(() => el.querySelectorAll("mark").length).toBe(2);
    expect([...el.querySelectorAll("mark")].map((one) => one.textContent)).toEqual([" slow", " fast"]);
    const [left, right] = [...el.querySelectorAll("dl")].map((one) => one.textContent);
    expect(left).toMatch(/Length3\ss.*CFG scalenot set/);
    expect(right).toMatch(/Length2\ss.*CFG scale0\.7/);
    const text = comparison(el)?.textContent ?? "";
    expect(text.match(/Kling v3 Pro/g)).toHaveLength(1);
    expect(text).toMatch(/In common: Kling v3 Pro · 1920\s×\s1080 · the start image/);
  });

  test("a key or the button picks one, and leaves another picked", async () => {
    const { kernel } = await compare({ ...slow, verdict: "picked" }, quick);
    await userEvent.keyboard("2");
    await eventually(() => kernel.asked("judge").map(({ take, verdict }) => [take, verdict])).toEqual([
      ["quick", "picked"],
    ]);
    const pressed = (name: string) => button(name).element().getAttribute("aria-pressed");
    await eventually(() => [pressed("Pick 1"), pressed("Pick 2")]).toEqual(["true", "true"]);
    await userEvent.keyboard("3");
    expect(kernel.asked("judge")).toHaveLength(1);
    await button("Pick 1").click();
    await eventually(() => kernel.asked("judge").at(-1)).toMatchObject({ take: "slow", verdict: null });
  });

  test("the files are not freed while they are compared, however much else is looked at", async () => {
    const { el } = await compare(slow, quick, ...many);
    for (const one of toggles(el).slice(2, 4)) one.click();
    await eventually(() => el.querySelectorAll(".rk-compare article").length).toBe(2);
    const urls = videos(el).map((one) => one.src);
    for (const poster of posters(el).slice(2)) {
      poster.dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true }));
      await eventually(() => videos(el).length).toBe(3);
      await eventually(() => videos(el)[2]?.readyState ?? 0).toBeGreaterThanOrEqual(2);
      poster.dispatchEvent(new MouseEvent("click", { ctrlKey: true, bubbles: true }));
    }
    for (const url of urls) expect((await fetch(url)).ok).toBe(true);
  });

  test("each can be used again", async () => {
    const { kernel } = await compare(slow, quick);
    await page
      .getByRole("article", { name: "Take 2" })
      .getByRole("button", { name: "Reuse settings" })
      .click();
    await eventually(() => kernel.asked("recall").map(({ take }) => take)).toEqual(["quick"]);
  });

  test("Escape and One return to the player", async () => {
    const { el } = await compare(slow, quick);
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector(".rk-player")).not.toBeNull();
    expect(comparison(el)).toBeNull();
    expect(el.contains(document.activeElement)).toBe(true);
    expect(toggles(el).map((one) => one.getAttribute("aria-pressed"))).toEqual(["false", "false"]);
  });

  test("images have no timeline", async () => {
    const picture = (id: string) =>
      take({ id, kind: "image", media_type: "image/jpeg", duration: null, fps: null, prompt: "A cup" });
    const { el } = mountStudio({ takes: [picture("a"), picture("b")] }, (kernel) => {
      kernel.handlers.media = kernel.handlers.poster as never;
    });
    for (const one of toggles(el)) one.click();
    await eventually(() => el.querySelectorAll(".rk-compare img").length).toBe(2);
    expect(el.querySelector("input[type=range]")).toBeNull();
    expect(comparison(el)?.textContent?.match(/A cup/g)).toHaveLength(1);
  });

  test("one whose file cannot be had is said, and the others play without it", async () => {
    const { el, kernel } = mountTakes(slow, quick, third);
    const media = kernel.handlers.media;
    kernel.handlers.media = async (fields, buffers) => {
      if (fields.take === "third") throw new Error("The file is not in the library any more.");
      return media(fields, buffers);
    };
    for (const one of toggles(el)) one.click();
    await expect.element(page.getByText("The file is not in the library any more.")).toBeVisible();
    comparison(el)?.focus();
    await userEvent.keyboard(" ");
    await eventually(() => videos(el).map((one) => one.paused)).toEqual([false, false]);
    kernel.handlers.media = media;
    await button("Try again").click();
    await eventually(() => videos(el).map((one) => one.paused)).toEqual([false, false, false]);
  });
});

describe("copying it as a cell", () => {
  const cell = 'import reka_notebook\n\nreka_notebook.compare("slow", "quick")';

  test("puts it on the clipboard", async () => {
    await compare(slow, quick);
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await button("Copy as cell").click();
    await expect.element(button("Copied")).toBeVisible();
    expect(write).toHaveBeenCalledWith(cell);
    write.mockRestore();
  });

  test("shows it selected where the clipboard is refused", async () => {
    const { el } = await compare(slow, quick);
    const write = vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("no"));
    await button("Copy as cell").click();
    const box = () => el.querySelector<HTMLTextAreaElement>(".rk-copy-by-hand textarea");
    await eventually(() => box()?.value).toBe(cell);
    await eventually(() => box()?.selectionEnd).toBe(cell.length);
    write.mockRestore();
  });
});
