import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, type Mounted, mountStudio } from "../../mounted";
import { image, job, position, sweep, take } from "../../samples";

const shown = (el: HTMLElement) =>
  [...el.querySelectorAll<HTMLElement>(".rk-cell[data-take]")].map((cell) => cell.dataset.take);
const tile = (el: HTMLElement, id: string) =>
  el.querySelector<HTMLButtonElement>(`.rk-cell[data-take=${id}] .rk-job-tile`) as HTMLButtonElement;
const words = (el: HTMLElement, id: string) => tile(el, id)?.textContent?.replaceAll("\u00a0", " ");
/** Where it stands on the wall. */
function box(el: HTMLElement, id: string) {
  const wall = el.querySelector(".rk-wall")?.getBoundingClientRect();
  const cell = el.querySelector(`.rk-cell[data-take=${id}]`)?.getBoundingClientRect();
  return wall && cell ? [cell.left - wall.left, cell.top - wall.top, cell.width, cell.height] : null;
}

const one = job({ id: "one", prompt: "The first" });
const two = job({ id: "two", prompt: "The second", elapsed: 10 });
/** Keeps the take of a job as the kernel does: the take is there before the job is gone. */
function keep(kernel: FakeKernel, id: string): void {
  const { jobs = [], takes = [] } = kernel.traits;
  kernel.set("takes", [take({ id, created: 1_795_440_100 + takes.length }), ...takes]);
  kernel.set(
    "jobs",
    jobs.filter((other) => other.id !== id),
  );
}
async function mountJobs(jobs = [one, two]): Promise<Mounted> {
  await page.viewport(1250, 900);
  const mounted = mountStudio({ jobs, takes: [take({ id: "old" })], images: [image()] });
  mounted.el.style.width = "1200px";
  await eventually(() => shown(mounted.el).length).toBe(jobs.length + 1);
  return mounted;
}

test("jobs at work stand before the takes, newest first, and say how long they take", async () => {
  const { el } = await mountJobs([job({ ...one, elapsed: 80, expected: 120 }), two]);
  expect(shown(el)).toEqual(["two", "one", "old"]);
  expect(words(el, "one")).toMatch(/^about (40|39) s leftThe first$/);
  expect(tile(el, "one").querySelector("[role=progressbar]")?.getAttribute("aria-valuenow")).toMatch(/6\d/);
  await eventually(() => tile(el, "one").querySelector("img")).not.toBeNull();
});

test("one whose time is not known says its stage; one that failed why", async () => {
  const failed = job({ id: "failed", state: "failed", error: "The prompt was refused.", can_cancel: false });
  const { el } = await mountJobs([
    failed,
    job({ id: "queued", expected: null, stage: "Waiting in the queue" }),
  ]);
  expect(words(el, "queued")).toContain("Waiting in the queue");
  expect(words(el, "failed")).toContain("The prompt was refused.");
  expect(tile(el, "failed").querySelector("[role=progressbar]")).toBeNull();
});

test("a job's take comes into its place, whichever ends first, and nothing else moves", async () => {
  const { el, kernel } = await mountJobs();
  const before = ["two", "one", "old"].map((id) => box(el, id));
  const stay = async (...takes: string[]) => {
    await eventually(() => el.querySelectorAll(".rk-job-tile").length).toBe(3 - takes.length);
    expect(
      ["two", "one", "old"].map((id) => box(el, id)),
      takes.join(),
    ).toEqual(before);
    for (const id of takes) expect(tile(el, id)).toBeNull();
  };
  const cell = el.querySelector(".rk-cell[data-take=two]");
  keep(kernel, "two");
  await stay("two", "old");
  expect(el.querySelector(".rk-cell[data-take=two]")).toBe(cell);
  keep(kernel, "one");
  await stay("two", "one", "old");
});

test("a job that fails stays where it is, and goes with Dismiss", async () => {
  const { el, kernel } = await mountJobs();
  kernel.set("jobs", [{ ...two, state: "failed", error: "No." }, one]);
  await eventually(() => words(el, "two")).toContain("No.");
  expect(shown(el)).toEqual(["two", "one", "old"]);
  kernel.set("jobs", [one]);
  await eventually(() => shown(el)).toEqual(["one", "old"]);
});

test("a tile opens its job, by key too, and is passed by the arrow keys like any take", async () => {
  const { el } = await mountJobs();
  tile(el, "two").focus();
  await userEvent.keyboard("{ArrowRight}");
  await eventually(() => document.activeElement).toBe(tile(el, "one"));
  await userEvent.keyboard("{Enter}");
  await eventually(() => tile(el, "one").getAttribute("aria-current")).toBe("true");
  await userEvent.keyboard("{ArrowRight}");
  await eventually(() => document.activeElement?.closest<HTMLElement>("[data-take]")?.dataset.take).toBe(
    "old",
  );
  expect(el.querySelectorAll(".rk-wall .rk-take[tabindex='0']")).toHaveLength(1);
});

test("jobs of a sweep have their place in its grid; those of none are away while something is looked for", async () => {
  await page.viewport(1250, 900);
  const { el, kernel } = mountStudio({
    jobs: [one, two],
    sweeps: [sweep({ positions: [position({ job: "one", state: "running" }), position(), position()] })],
    takes: Array.from({ length: 5 }, (_, at) => take({ id: `old-${at}`, created: 1000 - at })),
  });
  await eventually(() => shown(el.querySelector(".rk-wall") as HTMLElement)[0]).toBe("two");
  expect(tile(el.querySelector(".rk-wall") as HTMLElement, "one")).toBeNull();
  kernel.handlers.find = async () => ({ value: { takes: [], total: 0, next: null } });
  await page.getByRole("searchbox", { name: "Search prompts" }).fill("whale");
  await eventually(() => tile(el, "two")).toBeNull();
  await button("Clear filters").click();
  await eventually(() => tile(el, "two")).not.toBeNull();
});
