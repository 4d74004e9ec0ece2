import { beforeEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Take } from "../../../src/kernel/protocol";
import { button, eventually, type Mounted, mountStudio, prompt, unfolded } from "../../mounted";
import { counts, image, position, sweep, take } from "../../samples";

const shelf: Take[] = Array.from({ length: 12 }, (_, place) =>
  take({ id: `take-${place}`, prompt: `Prompt ${place}`, created: 1_795_440_000 - place, here: true }),
);

function mountTwelve(about: Parameters<typeof mountStudio>[0] = {}): Mounted {
  const mounted = mountStudio({
    takes: shelf,
    counts: counts(shelf, { here: 12 }),
    images: [image()],
    ...about,
  });
  mounted.el.style.width = "1150px";
  return mounted;
}

const poster = (el: HTMLElement, id: string) =>
  el.querySelector<HTMLElement>(`[data-take="${id}"] .rk-take`) as HTMLElement;
const focused = () => document.activeElement?.closest<HTMLElement>("[data-take]")?.dataset.take;
const ids = (el: HTMLElement) =>
  [...el.querySelectorAll<HTMLElement>(".rk-wall-list [data-take]")].map((cell) => cell.dataset.take);
const onStage = (el: HTMLElement) => el.querySelector(".rk-player-prompt")?.textContent;
const head = (el: HTMLElement) => el.querySelector(".rk-takes-head .rk-small.rk-dim")?.textContent;
const said = (el: HTMLElement) => el.querySelector("[role=status]")?.textContent;

beforeEach(() => page.viewport(1200, 900));

async function start(about: Parameters<typeof mountStudio>[0] = {}): Promise<Mounted> {
  const mounted = mountTwelve(about);
  await eventually(() => poster(mounted.el, "take-0")).toBeTruthy();
  poster(mounted.el, "take-0").focus();
  return mounted;
}

describe("keys on the wall", () => {
  test("arrows show at once, muted, and a key held down only what it ends at", async () => {
    const { el, kernel } = await start();
    await userEvent.keyboard("{ArrowRight}");
    await eventually(() => focused()).toBe("take-1");
    await eventually(() => onStage(el)).toBe("Prompt 1");
    const held = (key: string) =>
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key, repeat: true, bubbles: true }),
      );
    for (let at = 2; at < 6; at++) {
      held("ArrowRight");
      await eventually(() => focused()).toBe(`take-${at}`);
    }
    await eventually(() => onStage(el)).toBe("Prompt 5");
    expect(kernel.asked("media").map((request) => request.take)).not.toContain("take-3");
  });

  test("rate, pick and take it back, and the head counts what is judged", async () => {
    const { el, kernel } = await start();
    expect(head(el)).toBe("0 of 12 judged");
    await userEvent.keyboard("2");
    await eventually(() => head(el)).toBe("1 of 12 judged");
    await userEvent.keyboard("p");
    await eventually(() => poster(el, "take-0").textContent).toContain("Picked");
    await userEvent.keyboard("{ArrowRight}");
    await eventually(() => focused()).toBe("take-1");
    await userEvent.keyboard("p");
    await eventually(() => head(el)).toBe("2 of 12 judged");
    await userEvent.keyboard("p");
    await eventually(() => head(el)).toBe("1 of 12 judged");
    expect(kernel.asked("rate").map(({ take, rating }) => [take, rating])).toEqual([["take-0", 2]]);
    await eventually(() => kernel.asked("judge").map(({ take, verdict }) => [take, verdict])).toEqual([
      ["take-0", "picked"],
      ["take-1", "picked"],
      ["take-1", null],
    ]);
  });

  test("reject at once, go on to the next, and undo by key and by button", async () => {
    const { el, kernel } = await start();
    kernel.latency = 400; // as a kernel at work does
    await userEvent.keyboard("{ArrowRight}x");
    expect(ids(el)).not.toContain("take-1");
    await eventually(() => focused()).toBe("take-2");
    await eventually(() => onStage(el)).toBe("Prompt 2");
    await userEvent.keyboard("x");
    await eventually(() => focused()).toBe("take-3");
    expect(head(el)).toBe("2 of 12 judged");
    expect(el.querySelector(".rk-rejected")?.textContent).toContain("Prompt 2");
    await userEvent.keyboard("{Control>}z{/Control}");
    await eventually(() => focused()).toBe("take-2");
    expect(ids(el).slice(0, 3)).toEqual(["take-0", "take-2", "take-3"]);
    await button("Undo").click();
    await eventually(() => ids(el)).toEqual(shelf.map(({ id }) => id));
    expect(el.querySelector(".rk-rejected")).toBeNull();
    await eventually(() => kernel.traits.takes?.every(({ verdict }) => verdict === null)).toBe(true);
    expect(ids(el)).toEqual(shelf.map(({ id }) => id));
  });

  test("a filter brings what is rejected back", async () => {
    const { el } = await start();
    await userEvent.keyboard("x");
    await eventually(() => ids(el)).not.toContain("take-0");
    await page.getByRole("combobox", { name: "Rated" }).selectOptions("Rejected");
    await eventually(() => ids(el)).toEqual(["take-0"]);
    poster(el, "take-0").focus();
    await userEvent.keyboard("x");
    await eventually(() => ids(el)).toEqual([]);
    await page.getByRole("combobox", { name: "Rated" }).selectOptions("Any rating");
    await eventually(() => ids(el).length).toBe(12);
  });

  test("where all are rejected the wall says so, and shows them", async () => {
    const rejected = shelf.map((one) => ({ ...one, verdict: "rejected" as const }));
    const { el } = mountTwelve({ takes: rejected, counts: counts(rejected, { here: 12 }) });
    await eventually(() => el.querySelector(".rk-wall-nothing")?.textContent).toContain(
      "All takes are rejected.",
    );
    await button("Show rejected").click();
    await eventually(() => ids(el).length).toBe(12);
  });

  test("the last take that is rejected leaves the one before it", async () => {
    const { el } = await start();
    poster(el, "take-11").focus();
    await userEvent.keyboard("x");
    await eventually(() => focused()).toBe("take-10");
  });

  test("N goes to the next that is not judged, round the end", async () => {
    const { el } = await start();
    await userEvent.keyboard("1{ArrowRight}p");
    await userEvent.keyboard("{ArrowLeft}n");
    await eventually(() => focused()).toBe("take-2");
    await eventually(() => onStage(el)).toBe("Prompt 2");
    poster(el, "take-11").focus();
    await userEvent.keyboard("n");
    await eventually(() => focused()).toBe("take-2");
  });

  test("N says when all are judged", async () => {
    const judged = shelf.map((one) => ({ ...one, rating: 1 }));
    const { el } = await start({ takes: judged, counts: counts(judged, { here: 12 }) });
    await userEvent.keyboard("n");
    await eventually(() => said(el)).toBe("All takes are judged.");
  });

  test("what the kernel refuses is put back, and said", async () => {
    const { el, kernel } = await start();
    kernel.handlers.judge = async () => {
      throw new Error("The disk is full.");
    };
    await userEvent.keyboard("x");
    await eventually(() => said(el)).toBe("The disk is full.");
    expect(ids(el)).toContain("take-0");
    expect(head(el)).toBe("0 of 12 judged");
  });

  test("what a busy kernel does not answer in time stays as it was judged", async () => {
    const { el, kernel } = await start();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      kernel.silent = true;
      await userEvent.keyboard("x");
      await vi.advanceTimersByTimeAsync(61_000);
    } finally {
      vi.useRealTimers();
    }
    await eventually(() => said(el)).toContain("Not saved yet");
    expect(ids(el)).not.toContain("take-0");
    expect(head(el)).toBe("1 of 12 judged");
  });

  test("a late word of the kernel about one does not bring back another", async () => {
    const { el, kernel } = await start();
    await userEvent.keyboard("x");
    kernel.silent = true;
    await userEvent.keyboard("x");
    await eventually(() => ids(el).length).toBe(10);
    // It tells of the first alone.
    kernel.set(
      "takes",
      kernel.traits.takes?.map((one) => (one.id === "take-0" ? { ...one, verdict: "rejected" } : one)) ?? [],
    );
    expect(ids(el)).not.toContain("take-1");
    await eventually(() => head(el)).toBe("2 of 12 judged");
  });
});

describe("keys elsewhere", () => {
  test("on the stage they are about what is shown there", async () => {
    const { el } = await start();
    poster(el, "take-3").click();
    await eventually(() => onStage(el)).toBe("Prompt 3");
    el.querySelector<HTMLElement>(".rk-at-stage button, .rk-at-stage video")?.focus();
    await userEvent.keyboard("x");
    await eventually(() => onStage(el)).toBe("Prompt 4");
    await userEvent.keyboard("x");
    await eventually(() => onStage(el)).toBe("Prompt 5");
    await userEvent.keyboard("n");
    await eventually(() => onStage(el)).toBe("Prompt 6");
    expect(ids(el)).not.toContain("take-3");
    await userEvent.keyboard("{Meta>}z{/Meta}");
    await eventually(() => onStage(el)).toBe("Prompt 4");
  });

  test("in a text field they are letters, and on the form's buttons nothing", async () => {
    const { el, kernel } = await start();
    poster(el, "take-3").click();
    (prompt().element() as HTMLElement).focus();
    await userEvent.keyboard("px1n?");
    await expect.element(prompt()).toHaveValue("px1n?");
    await button("Generate").element();
    (el.querySelector(".rk-at-form button") as HTMLElement).focus();
    await userEvent.keyboard("x");
    expect(kernel.asked("judge")).toEqual([]);
    expect(el.querySelector("dialog")).toBeNull();
  });

  test("with a modifier they are the browser's", async () => {
    const { kernel } = await start();
    for (const modifier of ["Control", "Meta", "Alt", "Shift"])
      await userEvent.keyboard(`{${modifier}>}p{/${modifier}}`);
    expect(kernel.asked("judge")).toEqual([]);
  });

  test("with no Latin letters, or digits behind Shift, are where they are on other keyboards", async () => {
    const { kernel } = await start();
    const press = (about: KeyboardEventInit) =>
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...about }),
      );
    press({ key: "з", code: "KeyP" });
    press({ key: "é", code: "Digit2" });
    press({ key: "3", code: "Digit3", shiftKey: true });
    press({ key: "!", code: "Digit1", shiftKey: true });
    await eventually(() => kernel.asked("judge").length).toBe(1);
    await eventually(() => kernel.asked("rate").map(({ rating }) => rating)).toEqual([2, 3]);
  });

  test("nothing of what is handled in the studio reaches the page, but it leaves the studio with Escape", async () => {
    const heard: string[] = [];
    const hear = (event: KeyboardEvent) => heard.push(event.key);
    document.addEventListener("keydown", hear);
    const host = document.createElement("div");
    host.tabIndex = -1;
    document.body.append(host);
    const mounted = mountTwelve();
    host.append(mounted.el);
    await eventually(() => poster(mounted.el, "take-0")).toBeTruthy();
    poster(mounted.el, "take-0").focus();
    await userEvent.keyboard("pn1x?");
    await eventually(() => document.querySelector("dialog")).not.toBeNull();
    await userEvent.keyboard("{Escape}");
    await eventually(() => document.querySelector("dialog")).toBeNull();
    expect(heard).toEqual([]);
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement).toBe(host);
    await userEvent.keyboard("x");
    expect(heard).toContain("x");
    document.removeEventListener("keydown", hear);
    host.remove();
  });

  test("in a comparison the one that is rejected makes room for the other", async () => {
    const { el } = await start();
    await userEvent.keyboard(" {ArrowRight} ");
    await eventually(() => el.querySelector(".rk-compare")).toBeTruthy();
    await userEvent.keyboard("x");
    await eventually(() => el.querySelector(".rk-compare")).toBeNull();
    await eventually(() => onStage(el)).toBe("Prompt 0");
  });
});

describe("keys where a sweep stands too", () => {
  const positions = ["take-1", "take-2", "take-2", "take-3"].map((job) => position({ state: "kept", job }));
  const sweeps = [sweep({ columns: ["slow", "fast", "faster", "calm"], positions, done: true })];
  const inGrid = (el: HTMLElement, id: string) =>
    el.querySelector<HTMLElement>(`.rk-sweep-grid [data-take="${id}"] .rk-take`) as HTMLElement;

  test("a take that stands twice in the grid is left for the next", async () => {
    unfolded();
    const { el } = await start({ sweeps });
    inGrid(el, "take-2").focus();
    await userEvent.keyboard("x");
    await eventually(() => document.activeElement).toBe(inGrid(el, "take-3"));
    inGrid(el, "take-1").focus();
    await userEvent.keyboard("1n");
    await eventually(() => document.activeElement).toBe(inGrid(el, "take-3"));
    await userEvent.keyboard("1n");
    await eventually(() => focused()).toBe("take-4");
  });

  test("on the wall they stay on the wall, where what is looked for stands there", async () => {
    const { el } = await start({ sweeps });
    await page.getByRole("searchbox", { name: "Search prompts" }).fill("prompt");
    const onWall = (id: string) =>
      el.querySelector<HTMLElement>(`.rk-wall-list [data-take="${id}"] .rk-take`) as HTMLElement;
    await eventually(() => onWall("take-1")).toBeTruthy();
    onWall("take-1").focus();
    await userEvent.keyboard("x");
    await eventually(() => document.activeElement).toBe(onWall("take-2"));
    await userEvent.keyboard("1n");
    await eventually(() => document.activeElement).toBe(onWall("take-3"));
    await userEvent.keyboard("{Control>}z{/Control}");
    await eventually(() => document.activeElement).toBe(onWall("take-1"));
  });
});

describe("the list of keys", () => {
  test("opens by its key and by its button, holds the focus, and gives it back", async () => {
    const { el } = await start();
    await userEvent.keyboard("?");
    await expect.element(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    for (let press = 0; press < 4; press++) await userEvent.keyboard("{Tab}");
    await userEvent.keyboard("x");
    expect(ids(el)).toContain("take-0");
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector("dialog")).toBeNull();
    expect(focused()).toBe("take-0");
  });
});

describe("the buttons over a poster", () => {
  test("rate and reject with one click each, and leave the stage alone", async () => {
    const { el, kernel } = await start();
    poster(el, "take-0").click();
    await eventually(() => onStage(el)).toBe("Prompt 0");
    await userEvent.hover(poster(el, "take-4"), { position: { x: 60, y: 9 } });
    await userEvent.click(el.querySelector("[data-take=take-4] [aria-label='Rate 3 of 3']") as HTMLElement);
    await eventually(() => kernel.asked("rate").map(({ take, rating }) => [take, rating])).toEqual([
      ["take-4", 3],
    ]);
    await userEvent.click(el.querySelector("[data-take=take-4] [aria-label='Reject']") as HTMLElement);
    await eventually(() => ids(el)).not.toContain("take-4");
    expect(onStage(el)).toBe("Prompt 0");
    expect(focused()).toBe("take-5");
  });
});
