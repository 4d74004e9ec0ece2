import type {} from "@vitest/browser-playwright";
import { describe, expect, test } from "vitest";
import { cdp, page, userEvent } from "vitest/browser";
import { finish } from "../fake-kernel";
import { button, eventually, mountProgress, mountStudio, prompt } from "../mounted";
import { image, job, pictures, position, sweep, take, veo } from "../samples";

/** What sticks out of the card at either side, apart from what scrolls. */
function sticksOut(el: HTMLElement): string[] {
  const card = el.querySelector(".rk-card")?.getBoundingClientRect();
  return [...el.querySelectorAll<HTMLElement>(".rk-card *")]
    .filter(
      (element) =>
        !element.closest(
          ".rk-wall, .rk-grid-scroll, .rk-strip, .rk-steps, .rk-filters > *, .rk-unseen, option, optgroup",
        ),
    )
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && card && (box.right > card.right + 0.5 || box.left < card.left - 0.5);
    })
    .map((element) => `${element.tagName}.${element.className}`);
}

describe.each([280, 320, 499, 560, 720, 920, 1119, 1120, 1600])("at %d px", (width) => {
  test("everything of a full studio has its place", async () => {
    await page.viewport(width + 20, 900);
    const { el } = mountStudio({
      form: {
        endpoint: veo.id,
        prompt: `A ${"very ".repeat(40)}long prompt withoneverylongwordthatcannotbebroken${"x".repeat(80)}`,
        settings: { seed: -1, duration: ["4s", "8s"], aspect_ratio: "9:16" },
      },
      images: [image({ name: `${"photograph".repeat(12)}.jpg` })],
      jobs: [
        job({ prompt: "x".repeat(200) }),
        job({ id: "2", state: "failed", error: `No ${"reason".repeat(30)}.`, can_cancel: false }),
      ],
      sweeps: [
        sweep({
          note: "Really. ".repeat(20),
          positions: [position({ state: "failed", error: "x".repeat(200) })],
        }),
        sweep({
          id: "2",
          rows: wordy(3),
          columns: wordy(8),
          positions: Array.from({ length: 24 }, () => position()),
        }),
      ],
      takes: [take({ width: 1080, height: 1920, file: `${"file".repeat(40)}.mp4` }), take({ id: "t2" })],
      service: { name: "", url: "", sandbox: true, problem: `No key. ${"Really. ".repeat(20)}` },
    });
    el.style.width = `${width}px`;
    [...el.querySelectorAll("button")].find((one) => one.textContent?.startsWith("More"))?.click();
    el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
    await eventually(() => el.querySelector("video")).not.toBeNull();
    expect(sticksOut(el)).toEqual([]);
    expect(el.scrollWidth).toBeLessThanOrEqual(width);
  });

  test("so has a comparison of four", async () => {
    const words = (place: number) => `${"dolly".repeat(30 + place)} in over the water`;
    const { el } = mountStudio({
      takes: [1, 2, 3, 4].map((place) =>
        take({ id: String(place), prompt: words(place), has_audio: true, settings: { words: words(place) } }),
      ),
    });
    el.style.width = `${width}px`;
    for (const toggle of el.querySelectorAll<HTMLButtonElement>(".rk-select")) toggle.click();
    await eventually(() => el.querySelectorAll(".rk-compare video").length).toBe(4);
    expect(sticksOut(el)).toEqual([]);
    expect(el.scrollWidth).toBeLessThanOrEqual(width);
  });

  test("so has the progress of a job", () => {
    const { el } = mountProgress(job({ prompt: "x".repeat(200), stage: "Waiting in the queue, 2 ahead" }));
    el.style.width = `${width}px`;
    expect(sticksOut(el)).toEqual([]);
  });
});

const wordy = (count: number) =>
  Array.from({ length: count }, (_, at) => `${"very ".repeat(12)}${"long".repeat(12)} ${at}`);

test("a sweep's grid keeps its size while its positions fill", async () => {
  await page.viewport(760, 900);
  const filling = (count: number) =>
    sweep({
      rows: ["0", "1"],
      columns: ["0", "1", "2"],
      positions: Array.from({ length: 6 }, (_, at) =>
        position(
          at < count ? { state: "kept", stage: "Kept", job: `t${at}` } : { state: "running", job: `j${at}` },
        ),
      ),
    });
  const jobs = Array.from({ length: 6 }, (_, at) => job({ id: `j${at}` }));
  const { kernel, el } = mountStudio({
    jobs,
    sweeps: [filling(0), { ...filling(0), id: "2", rows: [""], columns: wordy(6) }],
  });
  const sizes = () => [...el.querySelectorAll(".rk-sweep")].map((one) => one.clientHeight);
  const before = sizes();
  expect(before).toHaveLength(2);
  kernel.set(
    "takes",
    Array.from({ length: 6 }, (_, at) => take({ id: `t${at}` })),
  );
  kernel.set("sweeps", [filling(6), { ...filling(6), id: "2", rows: [""], columns: wordy(6) }]);
  await eventually(() => el.querySelectorAll(".rk-sweep .rk-poster").length).toBe(12);
  expect(sizes()).toEqual(before);
});

/** What has moved since, each with the elements that it moved. */
function shifts() {
  const found: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => found.push(...list.getEntries()));
  observer.observe({ type: "layout-shift" });
  return async () => {
    // An entry comes with the frame after the one that moved.
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    found.push(...observer.takeRecords());
    observer.disconnect();
    return found.flatMap((entry) =>
      (entry as unknown as { sources: { node: Node | null }[] }).sources.map(
        ({ node }) => (node as HTMLElement | null)?.className ?? node?.nodeName,
      ),
    );
  };
}

test.each([420, 800, 1200])(
  "at %d px nothing moves from the first paint to the finished video",
  async (width) => {
    await page.viewport(width, 1400);
    const moved = shifts();
    const { kernel, el } = mountStudio({ images: [image()] }, (kernel) => {
      kernel.latency = 100;
      kernel.handlers.generate = async () => ({ value: { job: "job-1", kept: false } });
    });
    await eventually(() => kernel.asked("preview").length).toBe(1);
    await prompt().fill("A slow pan");
    await button(/^Generate/).click();
    kernel.set("jobs", [
      job({ state: "queued", stage: "Waiting in the queue, 2 ahead", expected: null, elapsed: 0 }),
    ]);
    await expect.element(page.getByRole("article", { name: "Job" })).toBeVisible();
    kernel.set("jobs", [job({ log: ["Queued", "Started"] })]);
    await expect.element(page.getByText("Making the video").first()).toBeVisible();
    finish(kernel, "job-1");
    await eventually(() => el.querySelector("video")?.readyState ?? 0).toBeGreaterThanOrEqual(2);
    expect(await moved()).toEqual([]);
  },
);

test.each([320, 420, 560, 720, 1200])(
  "at %d px nothing moves when the form has something to say",
  async (width) => {
    await page.viewport(width, 1400);
    const { kernel, el } = mountStudio({ images: [image()], takes: [pictures(1)] });
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await eventually(() => kernel.asked("preview").length).toBe(1);
    const height = () => el.querySelector(".rk-compose")?.getBoundingClientRect().height;
    const before = height();
    await button("Animate").click();
    await eventually(() => el.querySelector(".rk-notice")?.textContent).toContain("What should move?");
    expect(height()).toBe(before);
  },
);

test.each([false, true])("Generate brings the stage above it into sight, calmly: %s", async (calm) => {
  await page.viewport(420, 600);
  await cdp().send("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-reduced-motion", value: calm ? "reduce" : "" }],
  });
  try {
    const { kernel, el } = mountStudio({ images: [image()] });
    kernel.handlers.generate = () => new Promise(() => {});
    await prompt().fill("A slow pan");
    const box = () => (el.querySelector(".rk-stage-box") as Element).getBoundingClientRect();
    scrollBy(0, box().bottom + 1);
    expect(box().bottom).toBeLessThanOrEqual(0);
    await button(/^Generate/).click();
    // Before the kernel has answered.
    if (calm) expect(box().top).toBeGreaterThanOrEqual(0);
    await eventually(() => box().top >= 0 && box().bottom <= innerHeight).toBe(true);
  } finally {
    await cdp().send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-reduced-motion", value: "" }],
    });
  }
});

test("reduced motion stops the drifting bar", async () => {
  const { el } = mountProgress(job({ expected: null }));
  const motion = () => getComputedStyle(el.querySelector(".rk-bar-open i") as Element).animationName;
  const prefer = (value: string) =>
    cdp().send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-reduced-motion", value }] });
  expect(motion()).toBe("rk-drift");
  await prefer("reduce");
  try {
    expect(motion()).toBe("none");
  } finally {
    await prefer("");
  }
});

test("every class is prefixed, so that nothing of the host is touched", async () => {
  const { el } = mountStudio({ images: [image()], jobs: [job()], takes: [take()] });
  el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
  await eventually(() => el.querySelector("video")).not.toBeNull();
  const classes = [...el.querySelectorAll("*")].flatMap((element) => [...element.classList]);
  expect(classes.filter((name) => !name.startsWith("rk-"))).toEqual([]);
});

test("one take, two on one spot and side by side have one height: nothing below moves", async () => {
  const words = "A slow dolly in over the water at dawn; gulls rise from the pier";
  for (const width of [324, 420, 660, 800, 1000, 1200]) {
    await page.viewport(width, 900);
    const { el, close } = mountStudio({
      images: [image()],
      takes: [words, `${words} at noon`, `${words}, ${words}, ${words}`].map((prompt, at) =>
        take({ id: "abc"[at] ?? "", prompt }),
      ),
    });
    const height = () => el.querySelector(".rk-stage")?.getBoundingClientRect().height;
    const empty = height();
    for (const id of ["c", "a", "b"]) {
      el.querySelector<HTMLElement>(`[data-take="${id}"] .rk-take`)?.click();
      await eventually(() => el.querySelector(`.rk-player[data-take="${id}"]`)).not.toBeNull();
      expect(height(), `${id} at ${width}`).toBeCloseTo(empty ?? 0, 0);
    }
    el.querySelector<HTMLElement>('[data-take="b"] .rk-take')?.focus();
    await userEvent.keyboard("b");
    await eventually(() => el.querySelector(".rk-blink")).not.toBeNull();
    expect(height(), `blink at ${width}`).toBeCloseTo(empty ?? 0, 0);
    [...el.querySelectorAll<HTMLElement>(".rk-mode")]
      .find((one) => one.textContent === "Side by side")
      ?.click();
    await eventually(() => el.querySelector(".rk-panes-screen")).not.toBeNull();
    expect(height(), `side by side at ${width}`).toBeCloseTo(empty ?? 0, 0);
    close();
  }
});
