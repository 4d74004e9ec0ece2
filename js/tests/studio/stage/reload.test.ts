import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { eventually, mountStudio } from "../../mounted";
import { image, job, take } from "../../samples";

const old = take({ id: "old", prompt: "Old one" });
const player = () => page.getByRole("article", { name: "Player" });
const video = (el: HTMLElement) => el.querySelector("video");

test("a page that is loaded again brings back the open take, where it stood still", async () => {
  const first = mountStudio({ images: [image()], takes: [take(), old] });
  await page.getByRole("button", { name: /Old one/ }).click();
  await eventually(() => video(first.el)?.currentTime ?? 0).toBeGreaterThan(0.2);
  const stood = new Promise((resolve) =>
    video(first.el)?.addEventListener("timeupdate", resolve, { once: true }),
  );
  video(first.el)?.pause();
  await stood;
  const seconds = video(first.el)?.currentTime ?? 0;
  expect(first.kernel.asked("selected").at(-1)).toMatchObject({ takes: [], open: "old" });
  dispatchEvent(new PageTransitionEvent("pagehide"));
  first.close();

  const { el } = mountStudio({ images: [image()], takes: [take(), old], opened: "old" });
  await expect.element(player()).toHaveTextContent("Old one");
  await eventually(() => video(el)?.readyState ?? 0).toBeGreaterThanOrEqual(2);
  expect(video(el)?.paused).toBe(true);
  expect(video(el)?.currentTime).toBeCloseTo(seconds, 1);
});

test("an open take that is older than those that are shown is asked for", async () => {
  const { kernel } = mountStudio({ takes: [take()], opened: "old" }, (kernel) => {
    kernel.handlers.show_take = async () => {
      kernel.set("takes", [take(), old]);
      return { value: {} };
    };
  });
  await expect.element(player()).toHaveTextContent("Old one");
  expect(kernel.asked("show_take").map((request) => request.take)).toEqual(["old"]);
});

test("a job that was open comes back as a job", async () => {
  mountStudio({ jobs: [job(), job({ id: "job-2", prompt: "Another" })], takes: [take()], opened: "job-1" });
  await expect.element(page.getByRole("article", { name: "Job" })).toHaveTextContent("A slow dolly in");
});
