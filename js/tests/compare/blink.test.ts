import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Take } from "../../src/kernel/protocol";
import { button, eventually, mountStudio } from "../mounted";
import { frameShown, NUMBERED } from "../numbered";
import { take } from "../samples";

const slow = take({ id: "slow", prompt: "A slow dolly in", duration: 3, fps: 24, width: 128, height: 32 });
const quick = take({ id: "quick", prompt: "A fast dolly in", duration: 2, fps: 30, width: 128, height: 32 });
const third = take({ id: "third", prompt: "Pan left", duration: 3, fps: 24, width: 128, height: 32 });

function mounted(...takes: Take[]) {
  return mountStudio({ takes }, (kernel) => {
    kernel.handlers.media = async ({ take }) => ({
      value: { media_type: "video/mp4", name: `${take}.mp4` },
      buffers: [await (await fetch(NUMBERED[take === "quick" ? "quick" : "slow"].url)).arrayBuffer()],
    });
  });
}

const player = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-player");
const comparison = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-compare");
const videos = (el: HTMLElement) =>
  [...el.querySelectorAll("video.rk-screen, .rk-compare video")] as HTMLVideoElement[];
const ready = (el: HTMLElement, count: number) =>
  eventually(() => videos(el).filter((one) => one.readyState >= 2 && !one.seeking).length).toBe(count);
/** The id of the take whose picture is on top at a point of the stage, in parts of its width. */
function seenAt(el: HTMLElement, part: number): string | undefined {
  const stage = el.querySelector(".rk-stage-box");
  stage?.scrollIntoView({ block: "center" });
  const box = stage?.getBoundingClientRect();
  if (!box) return undefined;
  const at = document.elementsFromPoint(box.left + box.width * part, box.top + box.height * 0.3);
  const film = at.find((one) => one.closest(".rk-pane-screen"));
  return film?.closest<HTMLElement>("[data-take]")?.dataset.take;
}

/** Opens one take after the other. */
async function opened(el: HTMLElement, ...prompts: RegExp[]) {
  for (const prompt of prompts) {
    await button(prompt).click();
    await eventually(() => player(el)?.textContent).toMatch(prompt);
  }
  await ready(el, 1);
}

describe("blinking", () => {
  test("flips between the open take and the one before it, on one spot, at the same moment", async () => {
    const { el } = mounted(slow, quick);
    await opened(el, /A slow dolly/, /A fast dolly/);
    const [film] = videos(el);
    if (!film) throw new Error("No film.");
    film.pause();
    await eventually(() => film.paused && !film.seeking).toBe(true);
    film.currentTime = 1.25;
    await eventually(() => film.seeking).toBe(false);
    await button(/^Blink/).click();
    await eventually(() => comparison(el)).not.toBeNull();
    await ready(el, 2);
    expect(seenAt(el, 0.2)).toBe("slow");
    expect(seenAt(el, 0.8)).toBe("slow");
    await eventually(() => videos(el).map(frameShown)).toEqual([37, 30]);
    comparison(el)?.focus();
    await userEvent.keyboard("b");
    await eventually(() => seenAt(el, 0.5)).toBe("quick");
    expect(document.querySelector("[role=status]")?.textContent).toBe("Take 1 of 2 is shown.");
    await userEvent.keyboard("b");
    await eventually(() => seenAt(el, 0.5)).toBe("slow");
    // Back to the one that is seen, where it is.
    await button(/^One$/).click();
    await eventually(() => player(el)?.textContent).toMatch(/A slow dolly/);
    await ready(el, 1);
    await eventually(() => videos(el).map(frameShown)).toEqual([30]);
  });

  test("wipes from one to the other, by dragging and by keys, with both in step", async () => {
    const { el } = mounted(slow, quick);
    await opened(el, /A fast dolly/, /A slow dolly/);
    await button(/^Blink/).click();
    await ready(el, 2);
    const line = el.querySelector<HTMLElement>(".rk-wipe");
    const box = el.querySelector(".rk-stage-box")?.getBoundingClientRect();
    if (!line || !box) throw new Error("No line.");
    const at = (part: number) => ({
      clientX: box.left + box.width * part,
      clientY: box.top + box.height / 2,
      pointerId: 1,
      bubbles: true,
    });
    line.setPointerCapture = () => {};
    line.hasPointerCapture = () => true;
    line.dispatchEvent(new PointerEvent("pointerdown", at(0)));
    line.dispatchEvent(new PointerEvent("pointermove", at(0.4)));
    await eventually(() => line.getAttribute("aria-valuenow")).toBe("40");
    await eventually(() => [seenAt(el, 0.2), seenAt(el, 0.8)]).toEqual(["slow", "quick"]);
    line.focus();
    await userEvent.keyboard("{ArrowRight}");
    await eventually(() => line.getAttribute("aria-valuenow")).toBe("42");
    // The line's keys are its own: no frame was stepped.
    await eventually(() => el.querySelector(".rk-timecode")?.textContent).toMatch(/frame 1$/);
    await userEvent.keyboard("b");
    await eventually(() => seenAt(el, 0.2)).toBe(seenAt(el, 0.8));
  });

  test("keeps the films that are there when it turns to side by side and back", async () => {
    const { el, kernel } = mounted(slow, quick, third);
    for (const one of [...el.querySelectorAll<HTMLButtonElement>(".rk-select")]) one.click();
    await ready(el, 3);
    const before = videos(el);
    await button(/^Blink/).click();
    await eventually(() => [...el.querySelectorAll(".rk-blink")].length).toBe(1);
    expect(el.querySelector(".rk-wipe")).toBeNull();
    const seen = [];
    for (let turn = 0; turn < 4; turn++) {
      seen.push(seenAt(el, 0.5));
      await button(/^Blink/).click();
    }
    expect(seen).toEqual(["slow", "quick", "third", "slow"]);
    await button("Side by side").click();
    await eventually(() => el.querySelector(".rk-blink")).toBeNull();
    expect(videos(el)).toEqual(before);
    expect(kernel.asked("media")).toHaveLength(3);
  });

  test("says why there is nothing to flip to", async () => {
    const { el } = mounted(slow);
    await opened(el, /A slow dolly/);
    const flip = button(/^Blink/).element();
    expect(flip.getAttribute("aria-disabled")).toBe("true");
    expect(flip.getAttribute("title")).toMatch(/Open another take first/);
    await userEvent.click(flip, { force: true });
    expect(player(el)).not.toBeNull();
  });
});
