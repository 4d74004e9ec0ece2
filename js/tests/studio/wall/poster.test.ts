import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { RefusedError } from "../../../src/kernel/connection";
import type { FakeKernel } from "../../fake-kernel";
import { eventually, mountStudio } from "../../mounted";
import { drawSprite } from "../../pictures";
import { take } from "../../samples";

const picture = (el: HTMLElement, id = "a") =>
  el.querySelector(`[data-take=${id}] .rk-take-picture`) as HTMLElement;
/** The frames that are seen, by the position of each on its sprite. */
const frames = (el: HTMLElement, id = "a") =>
  [...picture(el, id).querySelectorAll<HTMLElement>(".rk-frames > span")]
    .filter((span) => getComputedStyle(span).display !== "none")
    .map((span) => span.querySelector("i")?.style.backgroundPosition);
const line = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-frame > b")?.style.left;
const percent = (part: number) => `${Number((part * 100).toFixed(4))}%`;
const positionOf = (index: number) => `${percent((index % 6) / 5)} ${percent(Math.floor(index / 6) / 3)}`;

async function mountPosters(prepare?: (kernel: FakeKernel) => void) {
  await page.viewport(1000, 900);
  const mounted = mountStudio({ takes: [take({ id: "a" }), take({ id: "b" })] }, prepare);
  await eventually(() => mounted.el.querySelectorAll(".rk-poster").length).toBe(2);
  return mounted;
}

function move(el: HTMLElement, part: number, about: PointerEventInit = {}, type = "pointermove"): void {
  const { left, width } = picture(el).getBoundingClientRect();
  const clientX = left + part * width;
  picture(el).dispatchEvent(new PointerEvent(type, { clientX, bubbles: true, ...about }));
}

test("a film's poster is three of its frames, from early to late, where there is room for them", async () => {
  const { el } = await mountPosters();
  await eventually(() => frames(el)).toEqual([2, 12, 21].map(positionOf));
  const [first] = picture(el).querySelectorAll(".rk-frames > span");
  const [box, frame] = [first, first?.querySelector("i")].map((one) => one?.getBoundingClientRect());
  expect(frame?.height).toBeGreaterThanOrEqual((box?.height ?? Number.NaN) - 0.5);
  expect(frame?.width).toBeGreaterThanOrEqual((box?.width ?? Number.NaN) - 0.5);
  expect((frame?.width ?? 0) / (frame?.height ?? 1)).toBeCloseTo(16 / 9, 1);
});

test("where a poster is small, it is the one frame at 70 %", async () => {
  const style = document.createElement("style");
  style.textContent = ".rk-cell { max-width: 100px }";
  document.head.append(style);
  try {
    const { el } = await mountPosters();
    await eventually(() => frames(el)).toEqual([positionOf(16)]);
  } finally {
    style.remove();
  }
});

test("moving over a poster shows the frame at that position, within 50 ms, until the pointer leaves", async () => {
  const { el, kernel } = await mountPosters();
  await eventually(() => frames(el)[0]).toBe(positionOf(2));
  const took: number[] = [];
  for (const [part, index] of [
    [0, 0],
    [0.5, 12],
    [1, 23],
    [0.25, 6],
  ] as const) {
    const before = performance.now();
    move(el, part);
    while (frames(el)[3] !== positionOf(index) && performance.now() - before < 1000)
      await new Promise(requestAnimationFrame);
    took.push(performance.now() - before);
    expect(line(el)).toBe(`${part * 100}%`);
  }
  expect(took.sort((one, other) => one - other)[1]).toBeLessThan(50);
  picture(el).dispatchEvent(new PointerEvent("pointerleave"));
  await eventually(() => frames(el)).toHaveLength(3);
  expect(kernel.asked("media")).toEqual([]);
});

test("the keys , and . go from frame to frame of the take that has the focus", async () => {
  const { el } = await mountPosters();
  await eventually(() => frames(el)[0]).toBe(positionOf(2));
  const poster = el.querySelector<HTMLElement>("[data-take=a] .rk-take");
  poster?.focus();
  await userEvent.keyboard("...");
  await eventually(() => frames(el)[3]).toBe(positionOf(2));
  await userEvent.keyboard(",");
  await eventually(() => frames(el)[3]).toBe(positionOf(1));
  await userEvent.keyboard("{ArrowRight}");
  await eventually(() => frames(el)).toHaveLength(3);
  await userEvent.keyboard(",");
  await eventually(() => frames(el, "b")[3]).toBe(positionOf(23));
});

test("a finger that moves along a poster looks through it; one that taps opens it", async () => {
  const { el, kernel } = await mountPosters();
  await eventually(() => frames(el)[0]).toBe(positionOf(2));
  const finger = { pointerType: "touch", buttons: 1 };
  const opened = () => el.querySelector(".rk-take[aria-current=true]");
  move(el, 0.2, finger, "pointerdown");
  move(el, 0.22, finger);
  expect(frames(el)).toHaveLength(3);
  move(el, 0.75, finger);
  await eventually(() => frames(el)[3]).toBe(positionOf(17));
  picture(el).dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
  picture(el).click();
  expect(opened()).toBeNull();
  expect(getComputedStyle(picture(el)).touchAction).toBe("pan-y");
  move(el, 0.2, finger, "pointerdown");
  picture(el).click();
  await eventually(opened).not.toBeNull();
  await eventually(() => kernel.asked("media").length).toBe(1);
});

test("stands in its place with its first frame until the sprite is there, and with that where there is none", async () => {
  let go = () => {};
  const ready = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { el, kernel } = await mountPosters((fake) => {
    fake.handlers.sprite = async ({ take: id }) => {
      await ready;
      if (id === "b") throw new RefusedError("This film does not decode.", null);
      return drawSprite(id);
    };
  });
  const images = () =>
    [...picture(el).querySelectorAll<HTMLElement>(".rk-frames i")].map((one) => one.style.backgroundImage);
  await eventually(() => images().length).toBe(3);
  expect(new Set(images()).size).toBe(1);
  const before = picture(el).getBoundingClientRect();
  move(el, 0.5);
  go();
  await eventually(() => frames(el)[0]).toBe(positionOf(2));
  expect(picture(el).getBoundingClientRect()).toEqual(before);
  await eventually(() => picture(el, "b").querySelector("img")).not.toBeNull();
  expect(picture(el, "b").querySelector(".rk-frames")).toBeNull();
  expect(
    kernel
      .asked("sprite")
      .map((request) => request.take)
      .sort(),
  ).toEqual(["a", "b"]);
});

test("a sprite that is there at once needs no poster; a film of few frames shows those", async () => {
  const { el, kernel } = await mountPosters((fake) => {
    fake.handlers.sprite = async ({ take: id }) =>
      drawSprite(id, { frames: 2, columns: 2, width: 192, height: 108 });
  });
  await eventually(() => frames(el)).toEqual(["0% 0%", "100% 0%", "100% 0%"]);
  move(el, 0.2);
  await eventually(() => frames(el)[3]).toBe("0% 0%");
  expect(kernel.asked("poster")).toEqual([]);
});

test("a still and a sound have no sprite, and are not asked for one", async () => {
  const { el, kernel } = mountStudio({
    takes: [
      take({ id: "still", kind: "image", duration: null }),
      take({ id: "sound", kind: "audio", width: null, height: null }),
    ],
  });
  await eventually(() => picture(el, "still")?.querySelector("img")).not.toBeNull();
  await eventually(() => picture(el, "sound")?.querySelector("img")).not.toBeNull();
  expect(kernel.asked("sprite")).toEqual([]);
});
