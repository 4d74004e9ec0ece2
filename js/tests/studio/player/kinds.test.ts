import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { TAKE_TYPE } from "../../../src/studio/model/drag";
import { around } from "../../../src/studio/model/framing";
import { placeLabels } from "../../../src/studio/player/labels";
import { button, eventually, mountStudio } from "../../mounted";
import { boxed, endpoint, everyTask, pictures, speech, take, veo } from "../../samples";

const stage = (el: HTMLElement) => el.querySelector(".rk-stage-box") as HTMLElement;
const open = (el: HTMLElement, id: string) =>
  el.querySelector<HTMLButtonElement>(`[data-take="${id}"] .rk-take`)?.click();
const said = (el: HTMLElement) => el.querySelector("[role=status]")?.textContent;
const file = (number: number) => page.getByRole("radio", { name: `Image ${number} of 4` });
const every = { endpoints: everyTask };

describe("an image take of several files", () => {
  test("shows each, by a press and by arrow keys, and says which", async () => {
    const { el, kernel } = mountStudio({ ...every, takes: [pictures(4)] });
    open(el, "pictures");
    await eventually(() => stage(el).querySelector("img")?.getAttribute("src")).toMatch(/^blob:/);
    await expect.element(page.getByText("1 of 4", { exact: true })).toBeVisible();
    await file(3).click();
    await expect.element(page.getByText("3 of 4", { exact: true })).toBeVisible();
    await eventually(() => kernel.asked("media").map((asked) => asked.file ?? 0)).toEqual([0, 2]);
    await userEvent.keyboard("{ArrowRight}");
    await eventually(() => document.activeElement?.getAttribute("aria-label")).toBe("Image 4 of 4");
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(file(1)).toHaveAttribute("aria-checked", "true");
    await userEvent.keyboard("{End}");
    await expect.element(file(4)).toHaveAttribute("aria-checked", "true");
    expect(said(el)).toBe("File 4 of 4.");
  });

  test("is gone on with, dragged and saved by the one that is shown", async () => {
    const { el, kernel } = mountStudio({ ...every, takes: [pictures(4)] });
    open(el, "pictures");
    await file(2).click();
    await button("Details and more").click();
    await expect
      .element(page.getByRole("link", { name: "Download" }))
      .toHaveAttribute("download", "red-boat-2.png");
    for (const [at, name] of ["Animate", "Edit", "Find boxes"].entries()) {
      await button(name).click();
      await eventually(() => kernel.asked("next_shot").length).toBe(at + 1);
      expect(kernel.asked("next_shot").at(-1)).toMatchObject({ take: "pictures", file: 1 });
    }
    const data = new DataTransfer();
    await eventually(() => stage(el).querySelector("img")?.draggable).toBe(true);
    stage(el)
      .querySelector("img")
      ?.dispatchEvent(new DragEvent("dragstart", { dataTransfer: data, bubbles: true }));
    expect(data.getData(TAKE_TYPE)).toBe("pictures#2");
    el.querySelector("fieldset.rk-image")?.dispatchEvent(
      new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
    );
    await eventually(() => kernel.asked("image_take")[0]).toMatchObject({ take: "pictures", file: 1 });
  });

  test("of one file has no row, and another take begins with its first", async () => {
    const { el } = mountStudio({ ...every, takes: [pictures(4), pictures(1, { id: "one", prompt: "One" })] });
    open(el, "pictures");
    await file(3).click();
    open(el, "one");
    await eventually(() => el.querySelector(".rk-files")).toBeNull();
    open(el, "pictures");
    await expect.element(page.getByText("1 of 4", { exact: true })).toBeVisible();
  });
});

describe("a sound take", () => {
  test("has its waveform with a playhead, a player, its length, and what is done with it", async () => {
    const { el } = mountStudio({ ...every, takes: [speech()] });
    open(el, "speech");
    await eventually(() => el.querySelector(".rk-wave img")).not.toBeNull();
    await eventually(() => el.querySelector("audio")?.readyState ?? 0).toBeGreaterThanOrEqual(1);
    const audio = el.querySelector("audio") as HTMLAudioElement;
    audio.pause();
    expect(audio.controls).toBe(true);
    const head = page.getByRole("slider", { name: "Playhead" });
    (head.element() as HTMLElement).focus();
    await userEvent.keyboard("{Home}{ArrowRight}{ArrowRight}{ArrowRight}");
    await eventually(() => audio.currentTime.toFixed(1)).toBe("0.3");
    await expect.element(head).toHaveAttribute("aria-valuetext", "0:00.3 of 0:04");
    await userEvent.keyboard("{End}");
    await eventually(() => audio.currentTime).toBeCloseTo(4, 1);
    await userEvent.keyboard("{Home} ");
    await eventually(() => audio.paused).toBe(false);
    await eventually(() => Number((head.element() as HTMLInputElement).value)).toBeGreaterThan(0);
    await userEvent.keyboard(" ");
    await eventually(() => audio.paused).toBe(true);
    const { left, top, width, height } = head.element().getBoundingClientRect();
    expect(width).toBeGreaterThan(100);
    await userEvent.click(head, { position: { x: width / 2, y: height / 2 } });
    await eventually(() => Math.abs(audio.currentTime - 2) < 0.15).toBe(true);
    expect([left, top].every(Number.isFinite)).toBe(true);
    await expect.element(page.getByText("Eleven v3 · 4 s")).toBeVisible();
    for (const none of ["Animate", "Continue from here", "Find boxes"])
      expect(button(none).query()).toBeNull();
  });

  test("is put under a video that is chosen, with offset, level and the video's own sound", async () => {
    const films = [
      take({ id: "silent", prompt: "Gulls rise" }),
      take({ id: "heard", prompt: "The boat leaves", has_audio: true }),
    ];
    const { el, kernel } = mountStudio({ ...every, takes: [speech(), ...films] });
    open(el, "speech");
    await button("Put under a video").click();
    const panel = page.getByRole("region", { name: "Put under a video" });
    await expect.element(panel.getByText("No charge: made on this machine.")).toBeVisible();
    await expect.element(panel.getByRole("radio", { name: /Gulls rise/ })).toBeChecked();
    await expect.element(panel.getByText("The video has no sound of its own.")).toBeVisible();
    expect(kernel.asked("find").at(-1)).toMatchObject({ kind: "video", here: false });
    await panel.getByText("The boat leaves").click();
    await panel.getByLabelText("Begins at").fill("7");
    await button("Put it under").click();
    await expect
      .element(panel.getByText("The video ends at 5.0 s. Begin the sound before that."))
      .toBeVisible();
    expect(kernel.asked("with_sound")).toEqual([]);
    await panel.getByLabelText("Begins at").fill("1.5");
    await panel.getByLabelText("Level").fill("80");
    await panel.getByLabelText("The video's own sound").selectOptions("replace");
    await button("Put it under").click();
    await eventually(() => kernel.asked("with_sound")[0]).toMatchObject({
      ...{ video: "heard", sound: "speech", at: 1.5, level: 0.8, own: "replace" },
    });
    await eventually(() => el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("heard-replace");
    expect(said(el)).toBe("The sound is under the video.");
  });

  test("says why it is not put under a video, and what is kept is shown again", async () => {
    const { el, kernel } = mountStudio({ ...every, takes: [speech(), take({ id: "film" })] }, (fake) => {
      fake.handlers.with_sound = async () => {
        throw new Error("The files of take film are not in the library any more.");
      };
    });
    open(el, "speech");
    await button("Put under a video").click();
    await button("Put it under").click();
    await expect
      .element(
        page
          .getByRole("region", { name: "Put under a video" })
          .getByText("The files of take film are not in the library any more."),
      )
      .toBeVisible();
    const old = take({ id: "old", prompt: "With a voice" });
    kernel.shelf = [...(kernel.traits.takes ?? []), old];
    kernel.handlers.with_sound = async () => ({ value: { take: "old", kept: true } });
    await button("Put it under").click();
    await eventually(() => el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("old");
    expect(said(el)).toBe("You already have this take.");
  });

  test("is chosen for a video too, the one that was looked at before first; Escape leaves it", async () => {
    const { el, kernel } = mountStudio({
      ...every,
      takes: [take({ id: "film" }), speech({ id: "a", prompt: "One" }), speech({ id: "b", prompt: "Two" })],
    });
    open(el, "b");
    await eventually(() => el.querySelector("audio")).not.toBeNull();
    open(el, "film");
    await button("Put a sound under").click();
    const panel = page.getByRole("region", { name: "Put a sound under" });
    await expect.element(panel.getByRole("radio", { name: /Two/ })).toBeChecked();
    await panel.getByLabelText("Level").click();
    await userEvent.keyboard("{Enter}");
    await eventually(() => kernel.asked("with_sound")[0]).toMatchObject({
      video: "film",
      sound: "b",
      at: 0.5,
    });
    open(el, "film");
    await button("Put a sound under").click();
    await panel.getByLabelText("Level").click();
    await userEvent.keyboard("{Escape}");
    await eventually(() => panel.query()).toBeNull();
  });
});

describe("a boxes take", () => {
  test("has its boxes over the image and in a table; each marks the other", async () => {
    const { el } = mountStudio({ ...every, takes: [boxed()] });
    open(el, "boxed");
    await eventually(() => el.querySelectorAll(".rk-box").length).toBe(5);
    await expect.element(page.getByRole("img", { name: /sun, hill, boat/ })).toBeVisible();
    const frame = el.querySelector(".rk-boxed-frame")?.getBoundingClientRect() as DOMRect;
    expect(frame.width / frame.height).toBeCloseTo(4 / 3, 2);
    const rows = page.getByRole("table", { name: "What was found" }).getByRole("row");
    await expect.element(rows.nth(3)).toHaveTextContent(/boat 93 %\s*422, 331 · 134 × 144/);
    button(/Crop to this boat,/)
      .element()
      .focus();
    const marked = () =>
      [...el.querySelectorAll(".rk-box-label[data-marked=true]")].map((label) => label.textContent);
    await eventually(marked).toEqual(["boat"]);
    const small = el.querySelectorAll<HTMLElement>(".rk-box");
    const tiny = [...small].reduce((least, box) => (box.offsetWidth < least.offsetWidth ? box : least));
    tiny.dispatchEvent(new PointerEvent("pointerenter"));
    await eventually(marked).toEqual(["gull"]);
    expect(el.querySelector("tr[data-marked=true] th")?.textContent).toBe("gull");
  });

  test("has the form cropped to a box, with the model's aspect ratio, which can be undone", async () => {
    const form = { endpoint: veo.id, prompt: "Slow", settings: { aspect_ratio: "16:9" } };
    const { el, kernel } = mountStudio({ ...every, form, takes: [boxed()] });
    open(el, "boxed");
    await button(/Crop to this boat,/).click();
    await eventually(() => kernel.asked("next_shot")[0]).toMatchObject({ take: "boxed" });
    await eventually(() => el.querySelector(".rk-crop")).not.toBeNull();
    await expect.element(page.getByText("Cropped to boat. What should move?").first()).toBeVisible();
    kernel.requests.length = 0;
    await button("Generate").click();
    await eventually(() => kernel.asked("generate")[0]?.frames?.start?.fit).toBe("crop");
    const [left = 0, top = 0, width = 0, height = 0] = kernel.asked("generate")[0]?.frames?.start?.box ?? [];
    // The fake image is 4032 × 3024: the box is at 1774, 1391, and 564 × 605.
    expect(width / height).toBeCloseTo(16 / 9, 2);
    expect(left).toBeLessThanOrEqual(1774);
    expect(top).toBeLessThanOrEqual(1391);
    expect(left + width).toBeGreaterThanOrEqual(1774 + 564);
    expect(top + height).toBeGreaterThanOrEqual(1391 + 605);
    expect(height).toBeLessThan(620);
  });

  test("has the form cropped to the box itself where the model has no aspect ratio; a pill takes it back", async () => {
    const form = { endpoint: endpoint().id, prompt: "Slow", settings: {} };
    const { el, kernel } = mountStudio({ ...every, form, takes: [boxed()] });
    open(el, "boxed");
    await button(/Crop to this sun,/).click();
    await eventually(() => el.querySelector(".rk-crop")).not.toBeNull();
    await button("Generate").click();
    await eventually(() => kernel.asked("generate")[0]?.frames?.start).toMatchObject({
      ...{ fit: "crop", box: [806, 484, 726, 665] },
    });
    await page.getByRole("combobox", { name: "Frame" }).selectOptions("Uncropped");
    await eventually(() => el.querySelector(".rk-crop")).toBeNull();
  });

  test("says that nothing was found, beside the image, which can still be gone on from", async () => {
    const { el } = mountStudio({ ...every, takes: [boxed()] }, (kernel) => {
      const { boxes: found } = kernel.handlers;
      kernel.handlers.boxes = async (fields, buffers) => {
        const { value, ...rest } = await found(fields, buffers);
        return { ...rest, value: { ...value, boxes: [] } };
      };
    });
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await eventually(() => el.querySelector(".rk-box-none")?.textContent).toBe("Nothing was found.");
    expect(el.querySelector(".rk-boxed-frame img")).not.toBeNull();
    expect(el.querySelectorAll(".rk-box")).toHaveLength(0);
    await expect.element(button("Find others")).toBeEnabled();
  });

  test("turns a form for boxes to videos, and says where there is none to crop for", async () => {
    const finder = everyTask.find(({ output }) => output === "boxes");
    const form = { endpoint: finder?.id ?? "", prompt: "boat", settings: {} };
    const { el, kernel } = mountStudio({ ...every, form, takes: [boxed()] });
    open(el, "boxed");
    await button(/Crop to this sun,/).click();
    await expect.element(page.getByRole("radio", { name: "Video", exact: true })).toBeChecked();
    kernel.set(
      "endpoints",
      everyTask.filter(({ output }) => output === "boxes"),
    );
    (button(/Crop to this sun,/).element() as HTMLElement).click();
    await eventually(() => said(el)).toMatch(/no model for video/);
  });

  test("without its image still says what is where", async () => {
    const { el } = mountStudio({ ...every, takes: [boxed()] }, (kernel) => {
      const { boxes } = kernel.handlers;
      kernel.handlers.boxes = async (fields, buffers) => {
        const { value } = await boxes(fields, buffers);
        return { value: { ...value, media_type: "" } };
      };
    });
    open(el, "boxed");
    await expect.element(page.getByText("The image is not in your library.")).toBeVisible();
    (button(/Crop to this sun,/).element() as HTMLElement).click();
    await eventually(() => said(el)).toMatch(/Add it to the form/);
  });

  test("that cannot be read says why", async () => {
    const { el } = mountStudio({ ...every, takes: [boxed()] }, (kernel) => {
      kernel.handlers.boxes = async () => {
        throw new Error("The boxes in sun.json can't be read: no such file.");
      };
    });
    open(el, "boxed");
    await expect.element(page.getByText("The boxes in sun.json can't be read: no such file.")).toBeVisible();
  });
});

describe("what is done with a take", () => {
  test("stays in its place where the account has no model for it, and says so", async () => {
    const { el, kernel } = mountStudio({ endpoints: [endpoint()], takes: [take({ id: "film" })] });
    open(el, "film");
    const edit = button("Edit this frame");
    await expect.element(edit).toHaveAttribute("aria-disabled", "true");
    (edit.element() as HTMLElement).click();
    await eventually(() => said(el)).toMatch(/no model for image/);
    expect(kernel.asked("next_shot")).toEqual([]);
  });

  test("edits the frame of a film that is shown", async () => {
    const { el, kernel } = mountStudio({ ...every, takes: [take({ id: "film" })] });
    open(el, "film");
    await eventually(() => el.querySelector("video")?.readyState ?? 0).toBeGreaterThanOrEqual(2);
    const video = el.querySelector("video") as HTMLVideoElement;
    video.pause();
    video.currentTime = 0.5;
    await eventually(() => button("Edit this frame").element().getAttribute("title")).toMatch(/frame shown/);
    await button("Edit this frame").click();
    await eventually(() => kernel.asked("next_shot")[0]?.at).toBeCloseTo(0.5, 1);
    await expect.element(page.getByRole("radio", { name: "Image", exact: true })).toBeChecked();
  });

  test("is of one height below the stage, whatever the kind", async () => {
    for (const width of [420, 800, 1200]) {
      await page.viewport(width + 24, 900);
      const kinds = [take({ id: "film" }), pictures(4), pictures(1, { id: "one" }), speech()];
      const mounted = mountStudio({ ...every, takes: kinds });
      const heights: number[] = [];
      for (const { id } of kinds) {
        open(mounted.el, id);
        await eventually(() => mounted.el.querySelector(".rk-player")?.getAttribute("data-take")).toBe(id);
        heights.push(Math.round(mounted.el.querySelector(".rk-stage")?.getBoundingClientRect().height ?? 0));
      }
      expect(new Set(heights).size, `${width}: ${heights}`).toBe(1);
      mounted.close();
    }
  });
});

describe("the part around a box", () => {
  const size = { width: 1000, height: 500 };
  test.each([
    ["of the ratio", "1:1", [100, 100, 50, 40], [100, 95, 50, 50]],
    ["kept within the image", "1:1", [0, 0, 50, 40], [0, 0, 50, 50]],
    ["as much as there is", "1:1", [100, 0, 800, 500], [250, 0, 500, 500]],
    ["as it is", undefined, [100, 100, 50, 40], [100, 100, 50, 40]],
  ] as const)("is %s", (_, aspect, box, wanted) => {
    expect(around(size, aspect, [...box]).box).toEqual([...wanted]);
  });

  test("is of the ratio also where the box is small", () => {
    for (let high = 1; high < 40; high++) {
      const [, , width = 0, height = 1] = around(size, "16:9", [500, 250, 3, high]).box ?? [];
      expect(Math.abs(width / height / (16 / 9) - 1)).toBeLessThan(0.01);
      expect(height).toBeGreaterThanOrEqual(high);
    }
  });
});

describe("labels of boxes", () => {
  test("do not lie over one another, nor outside", () => {
    const boxes = Array.from({ length: 60 }, (_, at) => ({
      label: `gull ${at}`,
      at: [(at % 10) * 60, Math.floor(at / 10) * 60, 70, 64] as const,
    }));
    const spots = placeLabels(boxes, 600, 360);
    const shown = spots.flatMap((spot) => spot ?? []);
    expect(shown.length).toBeGreaterThan(25);
    for (const [index, one] of shown.entries()) {
      expect(one.top).toBeGreaterThanOrEqual(0);
      expect(one.top + 18).toBeLessThanOrEqual(360);
      for (const other of shown.slice(index + 1))
        expect(Math.abs(one.left - other.left) >= 40 || Math.abs(one.top - other.top) >= 18).toBe(true);
    }
  });
});
