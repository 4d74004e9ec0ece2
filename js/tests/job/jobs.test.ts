import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { beginnings, fraction } from "../../src/job/clock";
import { finish } from "../fake-kernel";
import { button, eventually, mountProgress, mountStudio, prompt } from "../mounted";
import { endpoint, image, job, take } from "../samples";

const stage = (el: HTMLElement) =>
  el.querySelector(".rk-job-words .rk-small")?.textContent?.replaceAll("\u00a0", " ");

describe("a job's row", () => {
  test("counts on by itself from what the kernel last said", async () => {
    const { el } = mountProgress(job({ elapsed: 10, expected: 60 }));
    expect(stage(el)).toBe("Making the video · 10 s, about 50 s left");
    await eventually(() => stage(el)).toBe("Making the video · 12 s, about 48 s left");
  });

  test("says that a second is left while any of it is", () => {
    const { el } = mountProgress(job({ elapsed: 59.7, expected: 60 }));
    expect(stage(el)).toBe("Making the video · 1 min, about 1 s left");
  });

  test("shows how far it is where an end is expected, and says so to a screen reader", async () => {
    mountProgress(job({ elapsed: 30, expected: 60 }));
    const bar = page.getByRole("progressbar");
    await expect.element(bar).toHaveAttribute("aria-valuenow", "50");
    await expect.element(bar).toHaveAttribute("aria-valuetext", "Making the video");
  });

  test.each([
    ["nothing is expected", { expected: null }, "Making the video · 30 s"],
    ["it takes longer", { expected: 20 }, "Making the video · 30 s, longer than expected"],
  ])("claims no position where %s", async (_, about, words) => {
    const { el } = mountProgress(job({ elapsed: 30, ...about }));
    await expect.element(page.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow");
    expect(stage(el)).toBe(words);
  });

  test("stops counting when it has ended, and has no Cancel then", async () => {
    const { kernel, el } = mountProgress();
    kernel.set("job", job({ state: "failed", stage: "Failed after 14 s", error: "No <i>credit</i>." }));
    await expect.element(page.getByText("No <i>credit</i>.").first()).toBeVisible();
    expect(el.querySelector("button")).toBeNull();
    expect(stage(el)).toBe("Failed after 14 s");
  });
});

describe("the service's log", () => {
  const log = ["Queued", "Started <b>now</b>"];
  const box = () => page.getByRole("log");

  test("is there when asked for, follows the job, and its row stays as high", async () => {
    const { el, kernel } = mountProgress(job({ log }));
    const row = () => el.querySelector<HTMLElement>(".rk-job")?.offsetHeight;
    expect(box().query()).toBeNull();
    await button(/^Log/).click();
    await expect.element(box()).toHaveTextContent("Queued Started <b>now</b>");
    const high = row();
    const lines = Array.from({ length: 20 }, (_, line) => `Line ${line}`);
    kernel.set("job", job({ log: lines }));
    await expect.element(box()).toHaveTextContent("Line 19");
    expect(row()).toBe(high);
    await button(/^Log/).click();
    expect(box().query()).toBeNull();
  });

  test("is not offered where there is none", async () => {
    const { el } = mountProgress();
    expect(el.querySelector(".rk-log-button")).toBeNull();
  });
});

test("a job of another studio says so, and its take is not opened here", async () => {
  const other = job({ elsewhere: true });
  const { el, kernel } = mountStudio({ jobs: [other], takes: [take()] });
  expect(el.querySelector(".rk-stage-job")).toBeNull();
  el.querySelector<HTMLElement>(".rk-job-tile")?.click();
  await expect.element(page.getByText("Started in another studio")).toBeVisible();
  el.querySelector<HTMLElement>(".rk-poster .rk-take:not(.rk-job-tile)")?.click();
  await eventually(() => el.querySelector(".rk-player")?.textContent).toContain("A slow dolly");
  finish(kernel, "job-1");
  await eventually(() => el.querySelector(".rk-job-tile")).toBeNull();
  expect(el.querySelector("[role=status]")?.textContent).toBe("");
});

describe("Cancel", () => {
  test("is sent once, and the kernel's answer is shown", async () => {
    const { kernel } = mountProgress(job(), (kernel) => {
      kernel.latency = 30;
      kernel.handlers.cancel = async () => ({ value: { message: "It may still finish, and be charged." } });
    });
    await button(/^Cancel/).dblClick();
    await expect.element(page.getByText("It may still finish, and be charged.").first()).toBeVisible();
    expect(kernel.asked("cancel").map((request) => request.job)).toEqual(["job-1"]);
  });

  test("that failed can be tried again", async () => {
    const { kernel } = mountStudio({ jobs: [job()] }, (kernel) => {
      kernel.handlers.cancel = async () => {
        throw new Error("Reka does not answer.");
      };
    });
    await button(/^Cancel/).click();
    await expect
      .element(page.getByText("The job was not cancelled. Reka does not answer.").first())
      .toBeVisible();
    await button(/^Cancel/).click();
    await eventually(() => kernel.asked("cancel").length).toBe(2);
  });

  test("is not offered where the kernel says it cannot be", async () => {
    const { el } = mountStudio({ jobs: [job({ can_cancel: false })] });
    expect(el.querySelector(".rk-job button")).toBeNull();
  });
});

test("Retry asks for the same once more, and Edit and retry puts it into the form", async () => {
  const failed = job({ state: "failed", stage: "Failed", error: "No.", can_cancel: false, prompt: "A pan" });
  const { kernel, el } = mountStudio({
    jobs: [failed],
    form: { endpoint: endpoint().id, prompt: "Another", settings: {} },
  });
  el.querySelector<HTMLElement>(".rk-job-tile")?.click();
  await button(/^Edit and retry/).click();
  await expect.element(prompt()).toHaveValue("A pan");
  await expect.element(prompt()).toHaveFocus();
  await button("Undo").click();
  await expect.element(prompt()).toHaveValue("Another");
  await button(/^Retry/).click();
  await eventually(() => kernel.asked("retry").map(({ job }) => job)).toEqual(["job-1"]);
  await expect.element(button(/^Cancel/)).toBeVisible();
  kernel.set("jobs", [{ ...failed, id: "job-1-again", state: "expired" }]);
  await expect
    .element(button(/^Resume/))
    .toHaveAttribute("title", "Continues the same request; no second charge");
});

test("Dismiss takes a failed job away, and the focus stays in the studio", async () => {
  const { kernel, el } = mountStudio({
    images: [image()],
    jobs: [job({ state: "failed", stage: "Failed", error: "No.", can_cancel: false })],
  });
  el.querySelector<HTMLElement>(".rk-job-tile")?.click();
  await button(/^Dismiss/).click();
  await eventually(() => kernel.asked("dismiss").length).toBe(1);
  await eventually(() => el.querySelector(".rk-job")).toBeNull();
  expect(document.activeElement?.closest(".rk-studio")).not.toBeNull();
});

test("a row whose job is kept keeps the focus when its button goes", async () => {
  const { kernel, el } = mountProgress();
  await userEvent.tab();
  expect(document.activeElement?.textContent).toContain("Cancel");
  kernel.set("job", job({ state: "kept", stage: "Kept", can_cancel: false }));
  await eventually(() => document.activeElement).toBe(el.querySelector(".rk-job"));
});

describe("the clock", () => {
  test("does not jump at the jitter of messages, and follows real news", () => {
    const first = beginnings([job({ elapsed: 10 })], new Map(), 100_000);
    expect(first.get("job-1")).toBe(90_000);
    const jitter = beginnings([job({ elapsed: 11 })], first, 102_000);
    expect(jitter.get("job-1")).toBe(90_000);
    const news = beginnings([job({ elapsed: 40 })], jitter, 102_000);
    expect(news.get("job-1")).toBe(62_000);
  });

  test("never claims the end before it is there", () => {
    expect(fraction(job({ expected: 100 }), 99.9)).toBe(0.98);
    expect(fraction(job({ expected: 0 }), 1)).toBeNull();
    expect(fraction(job({ state: "kept", expected: null }), 1)).toBe(1);
  });
});

test("a change of state is announced once, counting is not", async () => {
  const { kernel, el } = mountStudio({
    jobs: [job({ state: "queued", stage: "Waiting, 1 ahead" })],
    takes: [take()],
  });
  const region = el.querySelector("[aria-live]") as HTMLElement;
  const said: string[] = [];
  const observer = new MutationObserver(() => said.push(region.textContent ?? ""));
  observer.observe(region, { childList: true, characterData: true, subtree: true });
  kernel.set("jobs", [job({ state: "running", stage: "Making the video", elapsed: 5 })]);
  kernel.set("jobs", [job({ state: "running", stage: "Making the video", elapsed: 6 })]);
  await vi.waitFor(() => expect(said).toEqual(["Kling v3 Pro: Making the video"]));
  expect(el.querySelectorAll("[aria-live]")).toHaveLength(1);
});
