import { afterEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountStudio } from "../../mounted";

/** Every stream that was opened, to see that each is let go. */
const streams: MediaStream[] = [];
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);

function watch() {
  return vi.spyOn(navigator.mediaDevices, "getUserMedia").mockImplementation(async (wanted) => {
    const stream = await open(wanted);
    streams.push(stream);
    return stream;
  });
}
const live = () => streams.flatMap((stream) => stream.getTracks()).filter((one) => one.readyState === "live");

afterEach(() => {
  vi.restoreAllMocks();
  for (const track of live()) track.stop();
  streams.length = 0;
});

async function started() {
  watch();
  const mounted = mountStudio();
  await button("Use camera").click();
  await expect.element(button("Take the picture")).toHaveAttribute("aria-disabled", "false");
  expect(live()).toHaveLength(1);
  expect(mounted.el.querySelector(".rk-camera")).not.toBeNull();
  return mounted;
}

describe("the camera", () => {
  test("gives a picture, which is sent when it is used", async () => {
    const { kernel, el } = await started();
    await button("Take the picture").click();
    await expect.element(page.getByRole("img", { name: "What the camera saw" })).toBeVisible();
    expect(live()).toEqual([]);
    expect(kernel.asked("upload_begin")).toEqual([]);
    await button("Again").click();
    await expect.element(button("Take the picture")).toHaveAttribute("aria-disabled", "false");
    expect(live()).toHaveLength(1);
    await userEvent.keyboard("{Enter}");
    await expect.element(button("Use")).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    await eventually(() => kernel.traits.images?.[0]?.name).toMatch(/^camera \d\d\.\d\d\.\d\d\.jpg$/);
    expect([...(kernel.uploaded ?? [])].slice(0, 2)).toEqual([0xff, 0xd8]);
    await eventually(() => el.querySelector(".rk-camera")).toBeNull();
    expect(live()).toEqual([]);
  });

  const waysOut: { [way: string]: (mounted: Awaited<ReturnType<typeof started>>) => Promise<void> | void } = {
    "with Cancel": () => button("Cancel the camera").click(),
    "with Escape": () => userEvent.keyboard("{Escape}"),
    "with another image": ({ el }) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "x.jpg", { type: "image/jpeg" }));
      const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
      el.querySelector("section")?.dispatchEvent(drop);
    },
    "with the view": ({ view }) => view.remove(),
    "with the widget": ({ close }) => close(),
  };
  for (const [way, go] of Object.entries(waysOut))
    test(`is let go ${way}`, async () => {
      await go(await started());
      await eventually(live).toEqual([]);
    });

  test("that is allowed after a person has turned away is let go at once", async () => {
    let allow = () => {};
    vi.spyOn(navigator.mediaDevices, "getUserMedia").mockImplementation(async (wanted) => {
      await new Promise<void>((resolve) => (allow = resolve));
      const stream = await open(wanted);
      streams.push(stream);
      return stream;
    });
    mountStudio();
    await button("Use camera").click();
    await button("Cancel the camera").click();
    allow();
    await eventually(() => streams.length).toBe(1);
    await eventually(live).toEqual([]);
  });

  test.each([
    ["NotAllowedError", "Camera access was denied"],
    ["NotFoundError", "No camera was found. Connect one, or choose a file."],
    ["NotReadableError", "Another program may be using the camera"],
    ["UnknownError", "The camera could not start: What?"],
  ])("that cannot be had says so: %s", async (name, words) => {
    const asked = watch().mockRejectedValueOnce(new DOMException("What?", name));
    const { el } = mountStudio();
    await button("Use camera").click();
    await expect.element(page.getByText(words).first()).toBeVisible();
    expect(el.querySelector(".rk-unseen[role=status], [aria-live]")?.textContent).toContain(words);
    await button("Try again").click();
    await expect.element(button("Take the picture")).toHaveAttribute("aria-disabled", "false");
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test("is not offered where the browser has none to give", () => {
    vi.spyOn(navigator, "mediaDevices", "get").mockReturnValue(undefined as never);
    const { el } = mountStudio();
    expect(el.textContent).toContain("Choose a file");
    expect(el.textContent).not.toContain("Use camera");
  });
});
