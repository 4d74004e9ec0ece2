import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { ChainStep } from "../../../src/kernel/protocol";
import { linksOf } from "../../../src/studio/chain/links";
import { branched, chain, chainTakes, long, older } from "../../chains";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, mountStudio } from "../../mounted";
import { everyTask, image, job, step } from "../../samples";

/** A studio whose kernel knows a chain; one of its takes is open. */
function mountChain(steps: readonly ChainStep[], about = {}, prepare = (_: FakeKernel) => {}) {
  const traits = { endpoints: everyTask, takes: chainTakes, images: [image()], opened: "shot-2", ...about };
  return mountStudio(traits, (kernel) => {
    kernel.handlers.chain = async () => ({ value: { steps: [...steps], more: 0 } });
    prepare(kernel);
  });
}

const cards = (el: HTMLElement) => [...el.querySelectorAll<HTMLButtonElement>(".rk-step-card")];
const names = (el: HTMLElement) => cards(el).map((card) => card.querySelector(".rk-unseen")?.textContent);
const card = (name: RegExp) => page.getByRole("navigation", { name: "Chain" }).getByRole("button", { name });
const wallIds = (el: HTMLElement) =>
  [...el.querySelectorAll<HTMLElement>(".rk-wall-list [data-take]")].map((cell) => cell.dataset.take);

test("a card for each step says what it is, how many takes it has, and whether one is picked", async () => {
  const { el, kernel } = mountChain(chain);
  await eventually(() => names(el)).toEqual([
    "Image, harbour.jpg",
    "Edit, Warmer light, no boats, 2 takes, one picked",
    "Shot 1, A slow dolly in over the water at dawn;, 3 takes, one picked",
    "Shot 2, continues 1, 2 takes",
    "Voice, under shot 2, 1 take",
  ]);
  expect(kernel.asked("chain")[0]).toMatchObject({ take: "shot-2" });
  expect(cards(el).map((one) => one.getAttribute("aria-current"))).toEqual([null, null, "step", null, null]);
  await eventually(() => el.querySelectorAll(".rk-step-picture img").length).toBe(5);
  expect(kernel.asked("preview").some(({ digest }) => digest === "sha256:harbour")).toBe(true);
});

test("without a take and an image it says what a chain is, and asks nothing", async () => {
  const { el, kernel } = mountStudio();
  await eventually(() => kernel.asked("plan").length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(kernel.asked("chain")).toEqual([]);
  expect(el.querySelector(".rk-chain")?.textContent).toContain("Each step you make appears here.");
});

test("the row is as high with a chain as without one, from the first paint on", async () => {
  const { el, kernel } = mountChain(older, {}, (kernel) => {
    kernel.latency = 50;
  });
  const height = () => el.querySelector(".rk-chain")?.getBoundingClientRect().height;
  expect(height()).toBe(57);
  expect(kernel.asked("chain")).toEqual([]);
  expect(el.querySelector(".rk-chain")?.textContent).toBe("");
  await eventually(() => cards(el).length).toBe(5);
  expect(height()).toBe(57);
  expect(mountStudio().el.querySelector(".rk-chain")?.getBoundingClientRect().height).toBe(57);
});

test("nothing moves when the chain comes, and when one of its steps becomes older", async () => {
  await page.viewport(800, 1200);
  const moved: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => moved.push(...list.getEntries()));
  observer.observe({ type: "layout-shift" });
  let steps = chain;
  const { el, kernel } = mountChain(chain, {}, (kernel) => {
    kernel.handlers.chain = async () => ({ value: { steps: [...steps], more: 0 } });
  });
  await eventually(() => el.querySelectorAll(".rk-step-picture img").length).toBe(5);
  steps = older;
  kernel.set("takes", [...chainTakes]);
  await eventually(() => el.querySelectorAll(".rk-redo").length).toBe(1);
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  moved.push(...observer.takeRecords());
  observer.disconnect();
  const sources = moved.flatMap((entry) =>
    (entry as unknown as { sources: { node: HTMLElement | null }[] }).sources.map(
      ({ node }) => node?.className,
    ),
  );
  expect(sources).toEqual([]);
});

test("it is asked for again with what is looked at, its takes and the jobs, and only then", async () => {
  const { el, kernel } = mountChain(chain);
  await eventually(() => kernel.asked("chain").length).toBe(1);
  el.querySelector<HTMLElement>('[data-take="on-1"] .rk-take')?.click();
  await eventually(() => kernel.asked("chain").at(-1)).toMatchObject({ take: "on-1" });
  kernel.set("jobs", [job()]);
  await eventually(() => kernel.asked("chain").length).toBe(3);
  // It has only gone on.
  kernel.set("jobs", [job({ elapsed: 99 })]);
  kernel.set("takes", chainTakes.slice(1));
  await eventually(() => kernel.asked("chain").length).toBe(4);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(kernel.asked("chain").length).toBe(4);
});

test("without an open take it is that of the form's images", async () => {
  const { kernel } = mountChain(chain, { opened: "" });
  await eventually(() => kernel.asked("chain")[0]).toMatchObject({
    take: null,
    images: { start: "sha256:harbour" },
  });
});

test("a click sets the stage, the form and the wall to the step, and both ways lead back", async () => {
  const form = { endpoint: "kling-v3-pro/image-to-video", prompt: "Mine", settings: {} };
  const { el, kernel } = mountChain(chain, { form });
  await card(/^Edit,/).click();
  await eventually(() => kernel.asked("recall").at(-1)).toMatchObject({ take: "edit-2", seed: true });
  const words = () => el.querySelector<HTMLTextAreaElement>(".rk-prompt")?.value;
  await eventually(words, 3000).toBe("Warmer light, no boats");
  expect(document.activeElement?.textContent).toMatch(/^Edit/);
  expect(el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("edit-2");
  expect(kernel.asked("step_takes")[0]?.takes).toEqual(["edit-2", "edit-1"]);
  expect(wallIds(el)).toEqual(["edit-2", "edit-1"]);
  await eventually(() => el.querySelector(".rk-notice-calm")?.textContent).toContain("Loaded Edit.");
  [...el.querySelectorAll("button")].find(({ textContent }) => textContent === "Undo")?.click();
  await eventually(words, 3000).toBe("Mine");
  await button(/^Step: Edit/).click();
  await eventually(() => wallIds(el)).toContain("on-1");
  expect(button(/^Step:/).query()).toBeNull();
});

test("the open take stays open, where it is of the step", async () => {
  const { el, kernel } = mountChain(chain, { opened: "shot-3" });
  await card(/^Shot 1,/).click();
  await eventually(() => kernel.asked("recall")[0]?.take).toBe("shot-3");
  expect(el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("shot-3");
});

test("a sound under a video is shown, and the form stays as it is", async () => {
  const { el, kernel } = mountChain(chain);
  await card(/^Voice,/).click();
  await eventually(() => el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("voice");
  expect(kernel.asked("recall")).toEqual([]);
});

test("an image that a person gave is put into the form again", async () => {
  const { kernel } = mountChain(chain, { images: [] });
  await card(/^Image,/).click();
  await eventually(() => kernel.asked("images_restore")[0]).toMatchObject({
    images: { start: "sha256:harbour" },
  });
});

test("what comes to a step comes to its wall, and what is at work for it stands there", async () => {
  let steps = chain;
  const { el, kernel } = mountChain(chain, {}, (kernel) => {
    kernel.handlers.chain = async () => ({ value: { steps: [...steps], more: 0 } });
  });
  await card(/^Shot 2,/).click();
  await eventually(() => wallIds(el)).toEqual(["on-2", "on-1"]);
  kernel.set("jobs", [job({ id: "new" })]);
  await eventually(() => wallIds(el)).toEqual(["new", "on-2", "on-1"]);
  const newer = { ...(chainTakes[0] as (typeof chainTakes)[0]), created: 1_795_450_000 };
  kernel.set("jobs", []);
  kernel.set("takes", [{ ...newer, id: "new" }, ...chainTakes]);
  await eventually(() => wallIds(el)).toEqual(["new", "on-2", "on-1"]);
  // From a cell: the chain tells that it is of this step, too.
  steps = chain.map((one) =>
    one.title === "Shot 2" ? { ...one, takes: ["cell", "new", ...one.takes] } : one,
  );
  kernel.set("takes", [{ ...newer, id: "cell" }, { ...newer, id: "new" }, ...chainTakes]);
  await eventually(() => wallIds(el)).toEqual(["cell", "new", "on-2", "on-1"]);
});

test("arrows go from card to card, which Enter opens; Tab goes on", async () => {
  const { el, kernel } = mountChain(long);
  await eventually(() => cards(el).length).toBe(24);
  expect(cards(el).filter(({ tabIndex }) => tabIndex === 0)).toEqual([cards(el)[11]]);
  cards(el)[11]?.focus();
  const at = () => cards(el).indexOf(document.activeElement as HTMLButtonElement);
  for (const [key, place] of [
    ["{ArrowRight}", 12],
    ["{End}", 23],
    ["{ArrowRight}", 23],
    ["{ArrowLeft}", 22],
    ["{Home}", 0],
    ["{ArrowLeft}", 0],
  ] as const) {
    await userEvent.keyboard(key);
    expect(at(), key).toBe(place);
  }
  expect(kernel.asked("recall")).toEqual([]);
  await userEvent.keyboard("{ArrowRight}{Enter}");
  await eventually(() => kernel.asked("recall").length).toBe(1);
  expect(at()).toBe(1);
  await userEvent.keyboard("{Tab}");
  expect(el.querySelector(".rk-chain")?.contains(document.activeElement)).toBe(false);
});

test("a long chain scrolls within its row, with the open card in sight; the page does not move", async () => {
  await page.viewport(960, 700);
  const { el } = mountChain(long);
  el.style.width = "920px";
  await eventually(() => cards(el).length).toBe(24);
  const row = el.querySelector(".rk-steps") as HTMLElement;
  const inSight = (place: number) => {
    const box = cards(el)[place]?.getBoundingClientRect();
    const around = row.getBoundingClientRect();
    return Boolean(box && box.left >= around.left && box.right <= around.right);
  };
  expect(inSight(11)).toBe(true);
  await page.viewport(360, 700);
  el.style.width = "320px";
  await eventually(() => inSight(11)).toBe(true);
  expect(el.scrollWidth).toBeLessThanOrEqual(320);
  await eventually(() => el.querySelector(".rk-chain-forward")).not.toBeNull();
  scrollTo(0, 100);
  el.querySelector<HTMLElement>(".rk-chain-forward")?.click();
  await eventually(() => inSight(11)).toBe(false);
  expect(scrollY).toBe(100);
  scrollTo(0, 0);
});

test("a step that is based on an older pick says so, and is made again at a price", async () => {
  const { el, kernel } = mountChain(older);
  await eventually(() => names(el)[2]).toMatch(/based on an older pick$/);
  expect(cards(el)[3]?.title).toContain("Redo Shot 1 first.");
  const again = button(/^Redo 3/);
  await expect.element(again).toHaveTextContent("Redo 3 · $1.95 of Shot 1");
  expect(again.element().getAttribute("title")).toBe(
    "Another take of Edit is picked now.\nabout $1.95 from 4 bills · 15 s of video",
  );
  expect(el.querySelectorAll(".rk-redo").length).toBe(1);
  await again.click();
  await eventually(() => kernel.asked("redo_step")).toHaveLength(1);
  expect(kernel.asked("redo_step")[0]).toMatchObject({
    take: "shot-2",
    step: "video:shot-1",
    pick: "edit-2",
    agreed: 3,
  });
});

/** The same with so many that it is asked first. */
const many = older.map((one) => (one.redo ? { ...one, redo: { ...one.redo, new: 12 } } : one));

test("a press on the middle of a card opens it, and never makes it again", async () => {
  const { el } = mountChain(older);
  await eventually(() => el.querySelector(".rk-redo")).not.toBeNull();
  for (const one of cards(el)) {
    const { left, top, width, height } = one.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (hit) expect(one.contains(hit), hit.className).toBe(true);
  }
});

test("before many it is asked once more, in the button", async () => {
  const { el, kernel } = mountChain(many, {}, (kernel) => {
    kernel.handlers.redo_step = async ({ agreed }) => ({
      value: agreed < 12 ? { sweep: null, one: null, new: 12 } : { sweep: "s", one: null, new: 12 },
    });
  });
  await button(/^Redo 12/).click();
  await expect.element(button(/^Make 12 · \$1.95\?/)).toBeVisible();
  expect(el.querySelector(".rk-chain")?.getBoundingClientRect().height).toBe(57);
  await userEvent.keyboard("{Escape}");
  await expect.element(button(/^Redo 12/)).toHaveFocus();
  await button(/^Redo 12/).click();
  await button("Cancel redo").click();
  await expect.element(button(/^Redo 12/)).toHaveFocus();
  await button(/^Redo 12/).click();
  await button(/^Make 12/).click();
  await eventually(() => kernel.asked("redo_step").map(({ agreed }) => agreed)).toEqual([8, 8, 8, 12]);
});

test("what a budget refuses is not asked for", async () => {
  const over = "Over budget: up to $8.00.";
  const steps = older.map((one) => (one.redo ? { ...one, redo: { ...one.redo, over } } : one));
  const { kernel } = mountChain(steps);
  await expect.element(button(/^Redo 3/)).toHaveAttribute("title", over);
  await expect.element(button(/^Redo 3/)).toHaveAttribute("aria-disabled", "true");
  (button(/^Redo 3/).element() as HTMLElement).click();
  expect(kernel.asked("redo_step")).toEqual([]);
});

test("a branch runs below the cards between it and what it came from", () => {
  expect(linksOf(branched)).toEqual([
    null,
    { span: 1, lane: 0 },
    { span: 2, lane: 1 },
    { span: 1, lane: 0 },
    { span: 2, lane: 1 },
    { span: 1, lane: 0 },
    { span: 2, lane: 1 },
    { span: 2, lane: 2 },
  ]);
  const children = ["b", "c", "d"].map((id) => step({ id, parent: "a" }));
  expect(linksOf([step({ id: "a" }), ...children]).map((link) => link?.lane)).toEqual([undefined, 0, 1, 1]);
});
