import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import { arrived } from "../../../src/studio/model/arrivals";
import { finish } from "../../fake-kernel";
import { button, eventually, mountStudio } from "../../mounted";
import { image, job, take } from "../../samples";

const poster = () => button(/A slow dolly in over/);
const video = (el: HTMLElement) => el.querySelector("video") as HTMLVideoElement | null;
const takes = Array.from({ length: 40 }, (_, place) =>
  take({ id: `take-${place}`, prompt: `Prompt ${place}` }),
);

let alive: Set<string>;
beforeEach(() => {
  alive = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    const url = createObjectURL.call(URL, blob);
    alive.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => {
    alive.delete(url);
    revokeObjectURL.call(URL, url);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the player", () => {
  test("plays what a person opens", async () => {
    const { el } = mountStudio({ takes: [take()] });
    await poster().click();
    await eventually(() => video(el)?.readyState ?? 0).toBeGreaterThanOrEqual(2);
    await eventually(() => video(el)?.currentTime ?? 0).toBeGreaterThan(0.1);
    await button("Details and more").click();
    await expect
      .element(page.getByRole("link", { name: "Download" }))
      .toHaveAttribute("download", "harbour-slow-dolly-1.mp4");
    expect(video(el)?.getAttribute("data-jp-suppress-context-menu")).not.toBeNull();
  });

  test("keeps its shape from the first moment", async () => {
    const { el } = mountStudio({ takes: [take()] }, (kernel) => {
      kernel.latency = 150;
    });
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await eventually(() => el.querySelector(".rk-screen")).not.toBeNull();
    const before = el.querySelector(".rk-player")?.getBoundingClientRect();
    await eventually(() => video(el)?.readyState ?? 0).toBeGreaterThanOrEqual(2);
    expect(video(el)?.getBoundingClientRect().height).toBe(
      video(el)?.parentElement?.querySelector(".rk-screen")?.getBoundingClientRect().height,
    );
    expect(el.querySelector(".rk-player")?.getBoundingClientRect().height).toBe(before?.height);
  });

  test("opens the take that a job of this studio leaves, without starting it", async () => {
    const { kernel, el } = mountStudio({ images: [image()], jobs: [job()], takes: [take({ id: "old" })] });
    finish(kernel, "job-1");
    await eventually(() => video(el)).not.toBeNull();
    await expect.element(page.getByText(job().prompt).last()).toBeVisible();
    expect(video(el)?.autoplay).toBe(false);
  });

  test("leaves alone the one that is playing; the new one is marked", async () => {
    const { kernel, el } = mountStudio({ jobs: [job()], takes: [take({ id: "old", prompt: "Old one" })] });
    await button(/Old one/).click();
    await eventually(() => video(el)?.paused).toBe(false);
    const url = video(el)?.src;
    finish(kernel, "job-1");
    await expect.element(button("1 new")).toBeVisible();
    // On the wall too, for the eye and in its name.
    await expect.element(button(/New A slow dolly in/)).toBeVisible();
    expect(el.querySelector(".rk-take-new")?.checkVisibility()).toBe(true);
    expect(video(el)?.src).toBe(url);
    await button("1 new").click();
    await eventually(() => video(el)?.src === url).toBe(false);
    await eventually(() => el.querySelector(".rk-take-new")).toBeNull();
    await expect.element(button(/New A slow/)).not.toBeInTheDocument();
  });

  test("says when the file cannot be had, and asks again on request", async () => {
    const { kernel, el } = mountStudio({ takes: [take()] });
    const media = kernel.handlers.media;
    kernel.handlers.media = async () => {
      throw new Error("The file is not in the library any more.");
    };
    await poster().click();
    await expect.element(page.getByText("The file is not in the library any more.")).toBeVisible();
    kernel.handlers.media = media;
    await button("Try again").click();
    await eventually(() => video(el)).not.toBeNull();
  });

  test("says when the browser cannot play it, and still saves it", async () => {
    mountStudio({ takes: [take()] }, (kernel) => {
      kernel.handlers.media = async () => ({
        value: { media_type: "video/mp4", name: "x.mp4" },
        buffers: [new Uint8Array([1, 2, 3]).buffer],
      });
    });
    await poster().click();
    await expect.element(page.getByText("This browser can't play the file.")).toBeVisible();
    await expect.element(page.getByRole("link", { name: "Download" }).last()).toBeVisible();
  });

  test("says why a page's policy keeps a film from playing, with its poster and the file", async () => {
    const { el } = mountStudio({ takes: [take()] }, (kernel) => {
      kernel.handlers.media = async () => ({
        value: { media_type: "video/mp4", name: "x.mp4" },
        buffers: [new Uint8Array([1, 2, 3]).buffer],
      });
    });
    await poster().click();
    await expect.element(page.getByText("This browser can't play the file.")).toBeVisible();
    const about = {
      effectiveDirective: "media-src",
      violatedDirective: "media-src",
      documentURI: "",
      originalPolicy: "",
    };
    const violation = new SecurityPolicyViolationEvent("securitypolicyviolation", {
      ...about,
      blockedURI: "blob",
      disposition: "enforce",
      statusCode: 200,
    });
    document.dispatchEvent(violation);
    await expect.element(page.getByText("This page's security policy blocks videos.")).toBeVisible();
    await expect.element(page.getByText("harbour-slow-dolly-1.mp4 · video/mp4")).toBeVisible();
    await eventually(() => el.querySelector(".rk-player img")?.getAttribute("src")).toMatch(/^blob:/);
  });

  test("shows what is odd about a film, and why a kept file is no film, never as a page", async () => {
    const remarks = ["The sound is 1.2 s longer than the picture."];
    const odd = take({ id: "odd", prompt: "An odd one", remarks });
    const other = take({
      id: "other",
      prompt: "No film",
      kind: "other",
      media_type: "text/html",
      file: "no-film.html",
      width: null,
      height: null,
      duration: null,
      remarks: ["The file that arrived is a web page, not a video."],
    });
    const { kernel, el } = mountStudio({ takes: [odd, other] });
    await button(/An odd one/).click();
    await expect
      .element(page.getByRole("article").getByText("The sound is 1.2 s longer than the picture."))
      .toBeVisible();
    kernel.handlers.media = async () => ({
      value: { media_type: "text/html", name: "no-film.html" },
      buffers: [new TextEncoder().encode("<h1>403</h1><script>boom()</script>").buffer as ArrayBuffer],
    });
    await button(/No film/).click();
    await expect
      .element(page.getByRole("article").getByText("The file that arrived is a web page, not a video."))
      .toBeVisible();
    await expect
      .element(page.getByRole("link", { name: "Download", exact: true }).first())
      .toHaveAttribute("download", "no-film.html");
    await expect
      .element(page.getByRole("textbox", { name: "no-film.html" }))
      .toHaveValue("<h1>403</h1><script>boom()</script>");
    await expect.element(page.getByRole("link", { name: "Open" })).not.toBeInTheDocument();
    expect(el.querySelector(".rk-player h1")).toBeNull();
  });

  test("shows a picture as a picture and a sound as a sound", async () => {
    const { el } = mountStudio(
      {
        takes: [
          take({
            id: "picture",
            kind: "image",
            media_type: "image/jpeg",
            duration: null,
            prompt: "A picture",
          }),
          take({
            id: "sound",
            kind: "audio",
            media_type: "audio/mpeg",
            width: null,
            height: null,
            prompt: "Words",
          }),
        ],
      },
      (kernel) => {
        kernel.handlers.media = kernel.handlers.poster as never;
      },
    );
    await button(/A picture/).click();
    await eventually(() => el.querySelector("img.rk-screen")?.getAttribute("alt")).toBe("A picture");
    await button(/Words/).click();
    await eventually(() => el.querySelector("audio") ?? el.querySelector(".rk-screen-words")).not.toBeNull();
  });
});

test("all Blob URLs are freed with the last view, also those still on their way", async () => {
  await page.viewport(1000, 900);
  const widget = mountStudio({ images: [image()], jobs: [job()], takes });
  const second = widget.show();
  widget.el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
  await eventually(() => video(widget.el)).not.toBeNull();
  await eventually(() => alive.size).toBeGreaterThan(3);
  second.remove();
  expect(alive.size).toBeGreaterThan(3);
  widget.view.remove();
  expect(alive.size).toBe(0);
  // The widget lives on, and what is shown again is asked for again, but does not start by itself.
  const third = widget.show();
  await eventually(() => video(third.el)).not.toBeNull();
  expect(video(third.el)?.autoplay).toBe(false);
  widget.kernel.latency = 50;
  third.el.querySelectorAll<HTMLButtonElement>(".rk-take")[5]?.click();
  widget.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(alive.size).toBe(0);
});

describe("which take opens", () => {
  const seen = new Map([["j", { endpoint: "e", prompt: "p" }]]);
  test.each([
    ["one with the job's id", take({ id: "j" }), true],
    ["one with its endpoint and prompt", take({ id: "x", endpoint: "e", prompt: "p" }), true],
    ["another cell's", take({ id: "x", endpoint: "e", prompt: "q" }), false],
  ])("%s", (_, candidate, opens) => {
    expect(arrived([], [candidate], seen)).toEqual(opens ? [candidate] : []);
    expect(arrived([candidate], [candidate], seen)).toEqual([]);
  });
});
