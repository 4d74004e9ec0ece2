import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Framing } from "../../../src/kernel/protocol";
import { aspectOf, framingFor, moved, ratioOf } from "../../../src/studio/model/framing";
import { button, eventually, mountStudio } from "../../mounted";
import { banana, endpoint, image, take, veo } from "../../samples";

const photo = { width: 4000, height: 3000 };
const wide: Framing = { fit: "crop", box: [0, 375, 4000, 2250], aspect: "16:9" };

test("a ratio is two numbers, and nothing else is", () => {
  expect(ratioOf("16:9")).toBeCloseTo(16 / 9);
  for (const other of ["auto", "1080p", "16:0", "0:9", "16/9", 5, null, undefined])
    expect(ratioOf(other)).toBeUndefined();
});

test("the form asks for a ratio where the model takes one and one is chosen", () => {
  expect(aspectOf(veo, { aspect_ratio: "9:16" })).toBe("9:16");
  expect(aspectOf(veo, { aspect_ratio: "auto" })).toBeUndefined();
  expect(aspectOf(veo, {})).toBeUndefined();
  expect(aspectOf(endpoint(), { aspect_ratio: "16:9" })).toBeUndefined();
});

describe("what is sent", () => {
  test("is the middle for a video of another shape, and all of it for one of its own or none", () => {
    expect(framingFor(photo, "16:9", null, true)).toEqual(wide);
    expect(framingFor(photo, "9:16", null, true)?.box).toEqual([1156, 0, 1688, 3000]);
    expect(framingFor(photo, "4:3", null, true)).toBeNull();
    expect(framingFor({ width: 1920, height: 1088 }, "16:9", null, true)).toBeNull();
    expect(framingFor(photo, undefined, null, true)).toBeNull();
    expect(framingFor(photo, "16:9", null, false)).toBeNull();
  });

  test("follows the ratio, and keeps what was decided about it", () => {
    const upper: Framing = { fit: "crop", box: [0, 0, 4000, 2250], aspect: "16:9" };
    expect(framingFor(photo, "16:9", upper, true)).toEqual(upper);
    expect(framingFor(photo, "1:1", { fit: "crop", box: [0, 0, 1688, 3000] }, true)?.box).toEqual([
      0, 0, 3000, 3000,
    ]);
    const padded: Framing = { fit: "pad", ratio: "16:9", colour: "#ffffff", aspect: "16:9" };
    expect(framingFor(photo, "9:16", padded, true)).toEqual({ ...padded, ratio: "9:16", aspect: "9:16" });
    expect(framingFor(photo, "4:3", padded, true)).toEqual({ fit: "whole", aspect: "4:3" });
    expect(framingFor(photo, "9:16", { fit: "whole", aspect: "16:9" }, true)?.fit).toBe("whole");
  });

  test("without a ratio is what was given without one, and else all of it", () => {
    const given: Framing = { fit: "crop", box: [10, 10, 300, 300], aspect: null };
    expect(framingFor(photo, undefined, given, true)).toEqual(given);
    expect(framingFor(photo, undefined, wide, true)?.fit).toBe("whole");
    expect(framingFor(photo, "1:1", given, true)).toEqual({ ...given, aspect: "1:1" });
  });

  test("never leaves the image", () => {
    expect(moved(photo, [0, 375, 4000, 2250], 50, -9999)).toEqual([0, 0, 4000, 2250]);
    expect(moved(photo, [0, 375, 4000, 2250], -50, 9999)).toEqual([0, 750, 4000, 2250]);
  });
});

function framed(aspect = "16:9", about = {}) {
  const form = { endpoint: veo.id, prompt: "Pan", settings: { aspect_ratio: aspect } };
  return mountStudio({ form, images: [image({ width: 4000, height: 3000, ...about })] });
}
const slider = () => page.getByRole("slider", { name: "Image: the part that is kept" });
const pill = (name: string) => page.getByRole("combobox", { name });

async function sent(kernel: ReturnType<typeof framed>["kernel"]): Promise<Framing | undefined> {
  const before = kernel.asked("generate").length;
  await button("Generate").click();
  await eventually(() => kernel.asked("generate").length).toBe(before + 1);
  return kernel.asked("generate").at(-1)?.frames?.start;
}

describe("the frame", () => {
  test("shows what is kept, is moved by the arrow keys, and is sent", async () => {
    const { kernel, el } = framed();
    const frame = () => el.querySelector<HTMLElement>(".rk-crop");
    await eventually(() => frame()?.style.top).toBe("12.5%");
    await expect.element(slider()).toHaveAttribute("aria-valuetext", "the middle part");
    (slider().element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowUp}");
    await eventually(() => Number.parseFloat(frame()?.style.top ?? "")).toBeCloseTo((100 * 335) / 3000, 2);
    await userEvent.keyboard("{Shift>}{ArrowUp}{/Shift}");
    await expect.element(slider()).toHaveAttribute("aria-valuetext", "the upper part");
    await userEvent.keyboard("{End}");
    await expect.element(slider()).toHaveAttribute("aria-valuetext", "the lower part");
    expect(await sent(kernel)).toEqual({ ...wide, box: [0, 750, 4000, 2250] });
    await expect.element(page.getByTitle("4000 × 2250 JPEG, 480 KB, cropped")).toBeInTheDocument();
  });

  test("is moved by the pointer, as far as the picture goes", async () => {
    const { kernel, el } = framed("9:16");
    await eventually(() => el.querySelector(".rk-crop")).not.toBeNull();
    const shown = el.querySelector(".rk-shown")?.getBoundingClientRect();
    const frame = el.querySelector<HTMLElement>(".rk-crop");
    if (!shown || !frame) throw new Error("There is no frame.");
    const at = frame.getBoundingClientRect();
    const event = (type: string, by: number) =>
      frame.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 1,
          button: 0,
          clientX: at.left + 5 + by,
          clientY: at.top + 5,
          bubbles: true,
          cancelable: true,
        }),
      );
    frame.setPointerCapture = () => {};
    event("pointerdown", 0);
    await eventually(() => el.querySelector(".rk-crop-held")).not.toBeNull();
    event("pointermove", shown.width / 10);
    await eventually(() => Number.parseFloat(frame.style.left)).toBeCloseTo(28.9 + 10, 0);
    event("pointermove", 5000);
    await eventually(() => Number.parseFloat(frame.style.left)).toBeCloseTo(57.8, 0);
    event("pointerup", 5000);
    await eventually(() => el.querySelector(".rk-crop-held")).toBeNull();
    expect((await sent(kernel))?.box).toEqual([2312, 0, 1688, 3000]);
  });

  test("lies on the picture itself, and not on the place around it", async () => {
    for (const [width, height] of [
      [4000, 1000],
      [1000, 4000],
      [4000, 3000],
    ] as const) {
      const { el, close } = framed("1:1", { width, height });
      const shown = el.querySelector(".rk-shown")?.getBoundingClientRect();
      const place = el.querySelector(".rk-picture")?.getBoundingClientRect();
      expect((shown?.width ?? 0) / (shown?.height ?? 1)).toBeCloseTo(width / height, 1);
      expect((shown?.height ?? 0) <= (place?.height ?? 0) + 0.5).toBe(true);
      expect((shown?.width ?? 0) <= (place?.width ?? 0) + 0.5).toBe(true);
      close();
    }
  });

  test("gives way to a margin, or to the image as it is, and all of it is said", async () => {
    const { kernel, el } = framed();
    await pill("16:9").selectOptions("Pad with white");
    expect(el.querySelector(".rk-crop")).toBeNull();
    expect(el.querySelector<HTMLElement>(".rk-shown")?.style.background).toBe("rgb(255, 255, 255)");
    await expect.element(page.getByTitle("padded to 16:9")).toBeInTheDocument();
    expect(await sent(kernel)).toEqual({ fit: "pad", ratio: "16:9", colour: "#ffffff", aspect: "16:9" });
    await pill("16:9").selectOptions("Uncropped");
    expect(await sent(kernel)).toEqual({ fit: "whole", aspect: "16:9" });
    await expect.element(page.getByTitle("2048 × 1536 JPEG, 612 KB")).toBeInTheDocument();
  });

  test("is of one image: another begins anew", async () => {
    const { kernel } = framed();
    await pill("16:9").selectOptions("Uncropped");
    kernel.set("images", [image({ width: 4000, height: 3000, digest: "sha256:other" })]);
    expect((await sent(kernel))?.fit).toBe("crop");
  });

  test("comes back with a take that is used again", async () => {
    const again = take({ endpoint: veo.id, settings: { aspect_ratio: "16:9" } });
    const { kernel, el } = mountStudio({
      takes: [again],
      form: { endpoint: veo.id, prompt: "", settings: {} },
    });
    const box = [0, 10, 4000, 2250];
    const recall = kernel.handlers.recall;
    kernel.handlers.recall = async (...asked) => {
      const framing: Framing = { fit: "crop", box, aspect: "16:9" };
      kernel.set("images", [image({ width: 4000, height: 3000, sends: "2048 × 1152, cropped", framing })]);
      return recall(...asked);
    };
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await button("Reuse settings").click();
    await expect.element(slider()).toBeInTheDocument();
    await expect.element(page.getByTitle("2048 × 1152, cropped")).toBeInTheDocument();
    expect((await sent(kernel))?.box).toEqual(box);
    expect(kernel.asked("image_frame")).toEqual([]);
  });

  test("is not there where the ratio is the image's own, or none is asked for, or there is no size", () => {
    for (const [aspect, about] of [
      ["16:9", { width: 1920, height: 1080 }],
      ["auto", {}],
      ["16:9", { width: null, height: null }],
    ] as const) {
      const { el, close } = framed(aspect, about);
      expect(el.querySelector(".rk-crop, .rk-picture .rk-pill")).toBeNull();
      close();
    }
  });

  test("of an image that was cropped in Python is shown, and can be put away", async () => {
    const framing: Framing = { fit: "crop", box: [100, 100, 500, 500] };
    const { kernel, el } = mountStudio({
      form: { endpoint: "", prompt: "Pan", settings: {} },
      images: [image({ framing })],
    });
    await eventually(() => el.querySelector(".rk-crop")).not.toBeNull();
    expect(await sent(kernel)).toEqual(framing);
    await pill("Frame").selectOptions("Uncropped");
    expect(el.querySelector(".rk-crop")).toBeNull();
    expect((await sent(kernel))?.fit).toBe("whole");
    await pill("Frame").selectOptions("Original framing");
    expect(await sent(kernel)).toEqual(framing);
  });
});

test("a picture that is made of an image need not keep its shape", () => {
  const edit = { ...banana, id: "nano/edit", images: [{ slot: "start", title: "Image", required: true }] };
  const form = { endpoint: edit.id, prompt: "Pan", settings: { aspect_ratio: "16:9" } };
  const { el } = mountStudio({ endpoints: [edit], form, images: [image()] });
  expect(el.querySelector(".rk-crop")).toBeNull();
  expect(el.querySelector(".rk-picture .rk-pill")?.textContent).toContain("uncropped");
});
