import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { button, eventually, mountSeveral } from "../mounted";
import { job, position, sweep } from "../samples";

const RUNNING = sweep({
  columns: ["dawn", "noon", "dusk"],
  rows: ["slow", "fast"],
  positions: [
    position({ state: "kept", job: "take-1", stage: "Kept" }),
    position({ state: "running", job: "job-1" }),
    position({ state: "failed", error: "Refused by a <b>filter</b>." }),
    ...Array.from({ length: 3 }, () => position()),
  ],
  words: "1 of 6 done, 1 failed",
  finished: 2,
  done: false,
});
const JOBS = [job({ elapsed: 10, expected: 60 })];
const DONE = {
  ...RUNNING,
  positions: RUNNING.positions.slice(0, 1),
  columns: ["dawn"],
  rows: [""],
  done: true,
};

describe("the progress of several in a cell", () => {
  test("is a grid under its headings, with posters, bars with times and errors, and no id", async () => {
    const { el } = mountSeveral({ sweep: RUNNING, jobs: JOBS });
    const headings = [...el.querySelectorAll("th")].map((one) => one.textContent);
    expect(headings).toEqual(["dawn", "noon", "dusk", "slow", "fast"]);
    await expect.element(page.getByRole("img", { name: "slow, dawn" })).toBeVisible();
    const working = el.querySelector("[data-state=running]");
    await eventually(() => working?.textContent?.replaceAll("\u00a0", " ")).toBe(
      "Making the video12 s, about 48 s left",
    );
    expect(working?.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toBe("20");
    expect(el.querySelectorAll("[data-state=waiting]")).toHaveLength(3);
    await expect.element(page.getByText("Refused by a <b>filter</b>.")).toBeVisible();
    expect(el.textContent).not.toMatch(/take-1|job-1/);
  });

  test("shows bar and time, and cuts nothing off, where it is narrow", async () => {
    const { el } = mountSeveral({ sweep: RUNNING, jobs: [job({ elapsed: 10, expected: 60 })] });
    el.style.width = "400px";
    const working = () => el.querySelector("[data-state=running]") as HTMLElement;
    await eventually(() => working().getBoundingClientRect().height).toBeLessThan(80);
    const { top, bottom } = working().getBoundingClientRect();
    const bar = working().querySelector("[role=progressbar]")?.getBoundingClientRect();
    expect(bar?.height).toBeGreaterThan(2);
    for (const part of working().querySelectorAll(":scope > *")) {
      const box = part.getBoundingClientRect();
      if (!box.height) continue;
      expect(box.top).toBeGreaterThanOrEqual(top);
      expect(box.bottom).toBeLessThanOrEqual(bottom);
    }
    expect(working().scrollHeight).toBeLessThanOrEqual(working().clientHeight);
  });

  test("pauses, goes on, and is cancelled as one", async () => {
    const { kernel } = mountSeveral({ sweep: RUNNING, jobs: JOBS });
    await button(/^Pause/).click();
    kernel.set("sweep", { ...RUNNING, paused: true });
    await button(/^Resume/).click();
    await button(/^Cancel/).click();
    await eventually(() => kernel.asked("sweep_control").map((one) => one.do)).toEqual([
      "pause",
      "resume",
      "cancel",
    ]);
    kernel.set("sweep", { ...RUNNING, cancelled: true });
    await expect.element(page.getByRole("button", { name: "Cancelling" })).toBeVisible();
  });

  test("shows the takes themselves where the cell's output is not replaced", async () => {
    const { kernel, el } = mountSeveral({ sweep: RUNNING, jobs: JOBS }, (kernel) => {
      kernel.handlers.result = async () => ({ value: { html: "<video controls title='dawn'></video>" } });
    });
    kernel.set("jobs", []);
    kernel.set("sweep", DONE);
    await eventually(() => el.querySelector("video")?.title).toBe("dawn");
    expect(el.querySelector("button")).toBeNull();
    expect(kernel.asked("result")).toHaveLength(1);
  });
});

test("its positions have the size of the players that they become", async () => {
  const { el } = mountSeveral({ sweep: RUNNING, jobs: JOBS });
  el.style.width = "920px";
  const place = () => el.querySelector(".rk-place")?.getBoundingClientRect();
  // As output/final_output.py has it: headings of 40 px, and cells of 300 px at most with 8 px between them.
  await eventually(() => Math.round(place()?.width ?? 0)).toBe(Math.floor((920 - 30 - 40) / 3) - 8);
  expect((place()?.width ?? 0) / (place()?.height ?? 1)).toBeCloseTo(16 / 9, 1);
});
