import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio } from "../../mounted";
import { frameShown, NUMBERED, wait } from "../../numbered";
import { image, take } from "../../samples";

const film = take({ id: "film", duration: 3, fps: 24, width: 128, height: 32 });
const strip = () => page.getByRole("slider", { name: "Filmstrip" });
const video = (el: HTMLElement) => el.querySelector("video.rk-screen") as HTMLVideoElement;

function numbered(kernel: FakeKernel): void {
  kernel.handlers.media = async () => ({
    value: { media_type: "video/mp4", name: "film.mp4" },
    buffers: [await (await fetch(NUMBERED.slow.url)).arrayBuffer()],
  });
}

/** A take that stands on the stage and has not been touched. */
async function opened() {
  const studio = mountStudio({ takes: [film], images: [image()] }, numbered);
  studio.el.querySelector<HTMLButtonElement>(".rk-take")?.click();
  await eventually(() => video(studio.el)?.readyState ?? 0).toBeGreaterThanOrEqual(2);
  video(studio.el).pause();
  await eventually(() => video(studio.el).seeking).toBe(false);
  return studio;
}

/** Points at a part of the strip, as a mouse that is held down does. */
function point(type: string, part: number): void {
  const element = strip().element() as HTMLElement;
  const box = element.getBoundingClientRect();
  element.setPointerCapture = () => {};
  element.dispatchEvent(
    new PointerEvent(type, {
      clientX: box.left + box.width * part,
      clientY: box.top + 5,
      pointerId: 1,
      button: 0,
      bubbles: true,
    }),
  );
}

describe("the filmstrip", () => {
  test("has eight frames of the film, in a place that is there before them", async () => {
    const { el } = mountStudio({ takes: [film] }, (kernel) => {
      numbered(kernel);
      const sprite = kernel.handlers.sprite;
      kernel.handlers.sprite = async (...asked) => {
        await wait(300);
        return sprite(...asked);
      };
    });
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await expect.element(strip()).toBeVisible();
    const before = el.querySelector(".rk-player")?.getBoundingClientRect().height;
    await eventually(() => el.querySelectorAll(".rk-strip-cell > i").length).toBe(8);
    expect(el.querySelector(".rk-player")?.getBoundingClientRect().height).toBe(before);
    const places = [...el.querySelectorAll<HTMLElement>(".rk-strip-cell > i")].map(
      (one) => one.style.backgroundPosition,
    );
    expect(new Set(places).size).toBe(8);
  });

  test("goes through the film by dragging, and shows a frame within 50 ms", async () => {
    const { el } = await opened();
    await eventually(() => el.querySelectorAll(".rk-strip-cell > i").length).toBe(8);
    const took: number[] = [];
    point("pointerdown", 0.1);
    for (const part of [0.2, 0.35, 0.5, 0.8, 0.6, 0.25]) {
      const start = performance.now();
      const before = frameShown(video(el));
      point("pointermove", part);
      await eventually(
        () => frameShown(video(el)) !== before || el.querySelector(".rk-stand-in"),
      ).toBeTruthy();
      took.push(performance.now() - start);
      await eventually(() => video(el).seeking).toBe(false);
      expect(frameShown(video(el))).toBe(Math.floor(part * 72));
    }
    point("pointerup", 0.25);
    took.sort((one, other) => one - other);
    expect(took[Math.floor(took.length / 2)]).toBeLessThan(50);
    expect(video(el).paused).toBe(true);
  });

  test("goes on to play where it played, from where it was let go", async () => {
    const { el } = await opened();
    await video(el).play();
    point("pointerdown", 0.5);
    expect(video(el).paused).toBe(true);
    await eventually(() => frameShown(video(el))).toBe(36);
    point("pointerup", 0.5);
    await eventually(() => video(el).paused).toBe(false);
  });

  test("has its head follow each frame of a film that plays, not only what is told a few times a second", async () => {
    const { el } = await opened();
    const head = el.querySelector(".rk-strip-head") as HTMLElement;
    const places = new Set<string>();
    const watching = new MutationObserver(() => places.add(head.style.transform));
    watching.observe(head, { attributeFilter: ["style"] });
    let told = 0;
    video(el).addEventListener("timeupdate", () => told++);
    await video(el).play();
    await eventually(() => places.size - told).toBeGreaterThan(8);
    watching.disconnect();
  });

  test("steps by the arrow keys, and plays by Space", async () => {
    const { el } = await opened();
    (strip().element() as HTMLElement).focus();
    await userEvent.keyboard("{Home}");
    await eventually(() => frameShown(video(el))).toBe(0);
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    await eventually(() => frameShown(video(el))).toBe(2);
    await userEvent.keyboard("{Shift>}{ArrowRight}{/Shift}{ArrowLeft}");
    await eventually(() => frameShown(video(el))).toBe(11);
    await eventually(() => strip().element().getAttribute("aria-valuetext")).toBe("0:00.4 of 0:03, frame 12");
    await userEvent.keyboard("{End}");
    await eventually(() => frameShown(video(el))).toBe(71);
    await userEvent.keyboard("{Home} ");
    await eventually(() => video(el).paused).toBe(false);
  });

  test("steps on although the film's pause is told of late", async () => {
    const { el } = mountStudio({ takes: [film] }, numbered);
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    // It plays by itself once it is opened, and nothing else begins it again.
    await eventually(() => video(el)?.currentTime ?? 0).toBeGreaterThan(0.1);
    for (const key of ["Home", ...Array<string>(5).fill("ArrowRight")])
      strip()
        .element()
        .dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await expect.element(strip()).toHaveAttribute("aria-valuetext", expect.stringMatching(/frame 6$/));
    await eventually(() => frameShown(video(el))).toBe(5);
  });

  test("has a frame of the sprite stand in for one that the film does not have yet", async () => {
    const { el } = await opened();
    await eventually(() => el.querySelectorAll(".rk-strip-cell > i").length).toBe(8);
    // A film that takes its time, as a long one does.
    let seeking = false;
    Object.defineProperty(video(el), "seeking", { get: () => seeking, configurable: true });
    Object.defineProperty(video(el), "currentTime", {
      get: () => 0,
      set: () => {
        seeking = true;
        video(el).dispatchEvent(new Event("seeking"));
      },
      configurable: true,
    });
    point("pointerdown", 0.9);
    await eventually(() => el.querySelector(".rk-stand-in")).not.toBeNull();
    const box = el.querySelector(".rk-stage-box")?.getBoundingClientRect();
    const stand = el.querySelector(".rk-stand-in > i")?.getBoundingClientRect();
    expect(stand?.width).toBeLessThanOrEqual((box?.width ?? 0) + 1);
    expect(stand?.height).toBeLessThanOrEqual((box?.height ?? 0) + 1);
    seeking = false;
    video(el).dispatchEvent(new Event("seeked"));
    await eventually(() => el.querySelector(".rk-stand-in")).toBeNull();
  });
});

describe("going on from a film", () => {
  test("begins with the last frame where the film has not been touched, or is at its end", async () => {
    const { kernel } = mountStudio({ takes: [film] }, numbered);
    document.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await button("Continue from here").click();
    await eventually(() => kernel.asked("next_shot").at(-1)).toMatchObject({ take: "film", at: null });
    (strip().element() as HTMLElement).focus();
    await userEvent.keyboard("{End}");
    await wait(100);
    await button("Continue from here").click();
    await eventually(() => kernel.asked("next_shot").length).toBe(2);
    expect(kernel.asked("next_shot").at(-1)).toMatchObject({ at: null });
  });

  test("begins with the frame that is shown, which its words say", async () => {
    const { kernel, el } = await opened();
    (strip().element() as HTMLElement).focus();
    await userEvent.keyboard("{Home}");
    for (let step = 0; step < 3; step++) await userEvent.keyboard("{Shift>}{ArrowRight}{/Shift}");
    await eventually(() => frameShown(video(el))).toBe(30);
    const go = button("Continue from here");
    await eventually(() => go.element().getAttribute("title")).toBe(
      "Start the next video from the frame shown, at 0:01.2",
    );
    await go.click();
    await eventually(() => kernel.asked("next_shot").length).toBe(1);
    expect(kernel.asked("next_shot")[0]?.at).toBeCloseTo(30.5 / 24, 3);
    await expect.element(page.getByText("Continuing from 0:01.2. What happens next?").first()).toBeVisible();
  });
});
