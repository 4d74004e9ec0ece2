import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FakeKernel } from "../fake-kernel";
import { eventually, mountStudio } from "../mounted";
import { loaded, NUMBERED } from "../numbered";
import { take } from "../samples";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const video of document.querySelectorAll("video")) video.remove();
});

/** How often the kernel is told within ten seconds, by the page's clock, that something plays. */
async function told(kernel: FakeKernel): Promise<number> {
  const before = kernel.asked("playing").length;
  for (let seconds = 0; seconds < 10; seconds++) {
    await vi.advanceTimersByTimeAsync(1000);
    // The answers come over a channel of the browser's.
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return kernel.asked("playing").length - before;
}

const film = async ({ take: id }: { take: string }) => ({
  value: { media_type: "video/mp4", name: `${id}.mp4` },
  buffers: [await (await fetch(NUMBERED.slow.url)).arrayBuffer()],
});

test("a take that plays on the stage is told of again and again, until it is paused or its page is hidden", async () => {
  const takes = [take({ id: "one" })];
  const { kernel, el, close } = mountStudio({ takes }, (kernel) => {
    kernel.handlers.media = film;
  });
  const poster = () => el.querySelector<HTMLElement>('.rk-wall [data-take="one"] .rk-take');
  await eventually(poster).not.toBeNull();
  expect(await told(kernel)).toBe(0);
  poster()?.click();
  const video = () => el.querySelector<HTMLVideoElement>(".rk-player video");
  await eventually(() => video()?.currentTime ?? 0).toBeGreaterThan(0);
  expect(await told(kernel)).toBeGreaterThanOrEqual(4);

  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await told(kernel);
  expect(await told(kernel)).toBe(0);
  visibility.mockReturnValue("visible");
  expect(await told(kernel)).toBeGreaterThanOrEqual(4);

  video()?.pause();
  await told(kernel);
  expect(await told(kernel)).toBe(0);
  await video()?.play();
  expect(await told(kernel)).toBeGreaterThanOrEqual(4);
  close();
  expect(await told(kernel)).toBe(0);
});

test("so is what plays in a cell's HTML beside a studio, and in a page that draws the studio in a tree of its own", async () => {
  const { kernel, el, show, view } = mountStudio();
  await eventually(() => kernel.asked("late").length).toBe(1);
  await told(kernel);
  const video = await loaded("quick");
  video.loop = true;
  await video.play();
  expect(await told(kernel)).toBeGreaterThanOrEqual(4);
  // Taken out of the page, it stops without a word.
  video.remove();
  await told(kernel);
  expect(await told(kernel)).toBe(0);

  view.remove();
  const host = document.createElement("div");
  document.body.append(host);
  const shown = show(host.attachShadow({ mode: "open" }));
  await told(kernel);
  shown.el.append(video);
  await video.play();
  expect(await told(kernel)).toBeGreaterThanOrEqual(4);
  expect(el.isConnected).toBe(false);
  host.remove();
});
