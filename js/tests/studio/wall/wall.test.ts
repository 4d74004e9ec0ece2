import type {} from "@vitest/browser-playwright";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { cdp, page, userEvent } from "vitest/browser";
import type { Take } from "../../../src/kernel/protocol";
import type { FakeKernel } from "../../fake-kernel";
import { button, eventually, type Mounted, mountStudio } from "../../mounted";
import { boxed, counts, image, pictures, speech, take, veo } from "../../samples";

const library: Take[] = Array.from({ length: 1000 }, (_, place) =>
  take({
    id: `take-${place}`,
    prompt: `Prompt ${place}${place % 10 ? "" : " with gulls"}`,
    created: 1_795_440_000 - place,
    rating: place % 4,
    pinned: place === 3,
    here: place % 2 === 0,
    ...(place % 5 ? {} : { endpoint: veo.id, title: veo.title }),
  }),
);

/** The studio of a person with a thousand takes, of which the kernel tells the newest 60 by itself. */
function mountWall(about: { here?: number | null } = {}, prepare?: (kernel: FakeKernel) => void): Mounted {
  const here = about.here ?? null;
  const mounted = mountStudio(
    { takes: library.slice(0, 60), counts: counts(library, { here }), images: [image()] },
    (kernel) => {
      kernel.shelf = library;
      prepare?.(kernel);
    },
  );
  mounted.el.style.width = "940px";
  return mounted;
}

const wall = (el: HTMLElement) => el.querySelector(".rk-wall") as HTMLElement;
const cells = (el: HTMLElement) => [...el.querySelectorAll<HTMLElement>(".rk-cell:not(.rk-cell-empty)")];
const shown = (el: HTMLElement) => cells(el).map((cell) => cell.dataset.take);
const alive = (el: HTMLElement) =>
  el.querySelectorAll(".rk-wall img, .rk-wall video, .rk-wall .rk-frames").length;
const showAll = () => button(/^Show all/).click();
const focused = () => (document.activeElement?.closest(".rk-cell") as HTMLElement | null)?.dataset.take;
const head = (el: HTMLElement) => el.querySelector(".rk-takes-head")?.textContent ?? "";
const search = () => page.getByRole("searchbox", { name: "Search prompts" });
const filter = (name: string) => page.getByRole("combobox", { name });
/** The wall has the width that it was given. */
const settled = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeEach(() => page.viewport(1000, 900));

describe("a thousand takes", () => {
  test("have two rows, and all of them once that is asked for, as the page scrolls", async () => {
    const { kernel, el } = mountWall();
    await settled();
    expect(shown(el)).toHaveLength(10);
    expect(wall(el).scrollHeight).toBe(wall(el).clientHeight);
    const two = wall(el).clientHeight;
    await showAll();
    await eventually(() => wall(el).clientHeight).toBeGreaterThan(20 * two);
    let most = 0;
    const page = document.scrollingElement as HTMLElement;
    for (page.scrollTop = 0; page.scrollTop + innerHeight < page.scrollHeight - 1; ) {
      page.scrollTop += 700;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, cells(el).length, alive(el));
    }
    expect(most).toBeLessThanOrEqual(70);
    await eventually(() => shown(el)).toContain("take-999");
    await eventually(() => kernel.asked("sprite").map((request) => request.take)).toContain("take-999");
    expect(kernel.asked("sprite").length).toBeLessThan(300);
    expect(kernel.asked("find").length).toBeLessThanOrEqual(10);
    await button("Show fewer").click();
    await eventually(() => wall(el).clientHeight).toBe(two);
    await eventually(() => shown(el)[0]).toBe("take-0");
    const head = el.querySelector(".rk-takes-head") as HTMLElement;
    expect(head.getBoundingClientRect().top).toBeGreaterThanOrEqual(0);
  });

  test("never catch the page's wheel", async () => {
    const { el } = mountWall();
    document.body.style.height = "4000px";
    const page = document.scrollingElement as HTMLElement;
    const wheel = async () => {
      const { left, top } = wall(el).getBoundingClientRect();
      const before = page.scrollTop;
      const frame = document.defaultView?.frameElement?.getBoundingClientRect();
      const [x, y] = [left + 200 + (frame?.left ?? 0), Math.max(top, 0) + 40 + (frame?.top ?? 0)];
      await cdp().send("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: 0, deltaY: 60 });
      await eventually(() => page.scrollTop).toBeGreaterThan(before);
    };
    try {
      for (const element of el.querySelectorAll<HTMLElement>(".rk-takes, .rk-takes *"))
        expect(["auto", "scroll"]).not.toContain(getComputedStyle(element).overflowY);
      wall(el).scrollIntoView({ block: "center" });
      await wheel();
      await showAll();
      await wheel();
    } finally {
      document.body.style.height = "";
    }
  });

  test("each have their place, in the library's order, and keep their element", async () => {
    const { el } = mountWall();
    await showAll();
    wall(el).scrollIntoView();
    await eventually(() => shown(el)).toContain("take-12");
    const kept = el.querySelector("[data-take=take-12]");
    scrollBy(0, 250);
    await eventually(() => shown(el)).toContain("take-44");
    expect(el.querySelector("[data-take=take-12]")).toBe(kept);
    const boxes = cells(el)
      .map((cell) => ({ box: cell.getBoundingClientRect(), place: Number(cell.dataset.take?.slice(5)) }))
      .sort((one, other) => one.place - other.place);
    for (const [at, { box }] of boxes.slice(1).entries()) {
      const before = boxes[at]?.box as DOMRect;
      if (Math.abs(box.top - before.top) < 1) expect(box.left).toBeGreaterThanOrEqual(before.right);
      else expect(box.top).toBeGreaterThanOrEqual(before.bottom);
    }
    expect(el.querySelector("[data-take=take-12]")?.getAttribute("aria-setsize")).toBe("1000");
  });

  const press = async (keys: string, reached: string) => {
    await userEvent.keyboard(keys);
    await eventually(focused).toBe(reached);
  };

  test("are gone through by keyboard two rows at a time: one stop for Tab, and the rows follow", async () => {
    const { el } = mountWall();
    await settled();
    const height = wall(el).clientHeight;
    expect(el.querySelectorAll(".rk-take[tabindex='0']")).toHaveLength(1);
    el.querySelector<HTMLElement>(".rk-take")?.focus();
    await press("{ArrowRight}{ArrowRight}", "take-2");
    await press("{ArrowLeft}", "take-1");
    await press("{ArrowDown}", "take-6");
    await press("{ArrowDown}", "take-11");
    expect(shown(el)).toEqual(Array.from({ length: 10 }, (_, at) => `take-${at + 5}`));
    await press("{ArrowUp}{ArrowUp}", "take-1");
    await press("{PageDown}", "take-11");
    await press("{End}", "take-999");
    expect(wall(el).clientHeight).toBe(height);
    expect(el.querySelectorAll(".rk-take[tabindex='0']")).toHaveLength(1);
    await button("Newest").click();
    expect(shown(el)[0]).toBe("take-0");
    expect(el.querySelector(".rk-wall-new")).toBeNull();
  });

  test("are gone through by keyboard where all are shown: the page follows", async () => {
    const { el } = mountWall();
    await showAll();
    el.querySelector<HTMLElement>("[data-take=take-0] .rk-take")?.focus();
    await press("{End}", "take-999");
    const box = document.activeElement?.getBoundingClientRect();
    expect(box?.bottom).toBeLessThanOrEqual(innerHeight);
    expect(el.querySelectorAll(".rk-take[tabindex='0']")).toHaveLength(1);
    // Scrolled away, it still has the focus.
    scrollTo(0, 0);
    await eventually(() => shown(el)).toContain("take-0");
    expect(focused()).toBe("take-999");
    await press("{Home}", "take-0");
  });
});

describe("what a person looks for", () => {
  test("is asked for once the typing rests; Escape takes it away", async () => {
    const { kernel, el } = mountWall();
    await search().fill("GULLS");
    await eventually(() => head(el)).toContain("100 of 1000");
    expect(kernel.asked("find").map((request) => request.words)).toEqual(["GULLS"]);
    expect(shown(el).slice(0, 2)).toEqual(["take-0", "take-10"]);
    const height = wall(el).clientHeight;
    await search().fill("nothing like it");
    await expect.element(page.getByText("No matching takes.").first()).toBeVisible();
    expect(wall(el).clientHeight).toBe(height);
    expect(cells(el)).toEqual([]);
    (search().element() as HTMLElement).focus();
    await userEvent.keyboard("{Escape}");
    await expect.element(search()).toHaveValue("");
    await eventually(() => shown(el)).toContain("take-1");
  });

  test("has a way back where nothing fits", async () => {
    const { el } = mountWall();
    await search().fill("nothing like it");
    await button("Clear filters").click();
    await eventually(() => shown(el)).toContain("take-1");
    await expect.element(search()).toHaveValue("");
  });

  test("is filtered by rating, pin, model and day, all at once", async () => {
    const { kernel, el } = mountWall();
    await filter("Rated").selectOptions("2");
    await eventually(() => shown(el)[0]).toBe("take-2");
    await filter("Filter by model").selectOptions(veo.model);
    await eventually(() => shown(el)[0]).toBe("take-10");
    await filter("Filter by date").selectOptions("7");
    await eventually(() => kernel.asked("find").at(-1)?.since).toBeGreaterThan(0);
    expect(kernel.asked("find").at(-1)).toMatchObject({ rating: 2, model: veo.model, pinned: false });
    await filter("Filter by date").selectOptions("");
    await filter("Filter by model").selectOptions("");
    await filter("Rated").selectOptions("pinned");
    await eventually(() => shown(el)).toEqual(["take-3"]);
    expect(kernel.asked("find").at(-1)).toMatchObject({ rating: 0, model: null, pinned: true, since: null });
  });

  test("is filtered by kind where there are several, and each says what it is", async () => {
    const takes = [boxed(), speech(), pictures(4), take()];
    const { el, kernel } = mountStudio({ takes });
    await expect.element(button(/^sun, hill, boat, boxes/)).toBeVisible();
    await expect.element(button(/^4 files A red boat on a lake, a moon, an image/)).toBeVisible();
    await expect.element(button(/^0:04 The boat leaves at eight., a sound/)).toBeVisible();
    await filter("Filter by kind").selectOptions("Sounds");
    await eventually(() => shown(el)).toEqual(["speech"]);
    expect(kernel.asked("find").at(-1)?.kind).toBe("audio");
    await filter("Filter by kind").selectOptions("Any kind");
    await eventually(() => shown(el).length).toBe(4);
    kernel.set("takes", [take()]);
    kernel.set("counts", counts([take()]));
    await eventually(() => filter("Filter by kind").query()).toBeNull();
  });

  test("has a contact sheet made of what was found, and says what it lacks", async () => {
    const { kernel, el } = mountWall();
    const saved = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
    let done = (): void => {};
    kernel.handlers.sheet = async () => {
      await new Promise<void>((resolve) => {
        done = resolve;
      });
      return {
        value: { media_type: "text/html", name: "contact-sheet.html", told: "It has only pictures." },
      };
    };
    await search().fill("gulls");
    await eventually(() => head(el)).toContain("100 of 1000");
    await button("Contact sheet").click();
    await expect.element(button("Making…")).toHaveAttribute("aria-disabled", "true");
    await eventually(() => kernel.asked("sheet").at(-1)?.takes.length).toBe(100);
    expect(kernel.asked("sheet")[0]?.title).toBe("Takes: gulls");
    done();
    await expect
      .element(page.getByText("Saved contact-sheet.html. It has only pictures.").last())
      .toBeVisible();
    expect(saved.mock.contexts.map((link) => (link as HTMLAnchorElement).download)).toEqual([
      "contact-sheet.html",
    ]);
    saved.mockRestore();
    await search().fill("");
    await eventually(() => head(el)).not.toContain("100 of");
    kernel.handlers.sheet = async () => {
      throw new Error("These takes were removed.");
    };
    await button("Contact sheet").click();
    await eventually(() => kernel.asked("sheet").at(-1)?.takes.length).toBe(200);
    await expect
      .element(page.getByText("The contact sheet was not made: These takes were removed.").last())
      .toBeVisible();
  });

  test("is of this notebook at first, where it has some, and else of the library", async () => {
    const { el } = mountWall({ here: 500 });
    expect(shown(el).slice(0, 3)).toEqual(["take-0", "take-2", "take-4"]);
    expect(head(el)).toContain("this notebook");
    await filter("Show").selectOptions("all");
    await eventually(() => shown(el)).toContain("take-1");
    expect(head(el)).toContain("1000");
  });

  test("an answer that comes too late changes nothing", async () => {
    const { kernel, el } = mountWall();
    const { find } = kernel.handlers;
    kernel.handlers.find = async (fields, buffers) => {
      if (fields.words === "slow") await pause(300);
      return find({ ...fields, words: fields.words === "slow" ? "" : fields.words }, buffers);
    };
    await search().fill("slow");
    await eventually(() => kernel.asked("find").length).toBe(1);
    await search().fill("gulls");
    await eventually(() => head(el)).toContain("100 of 1000");
    await pause(350);
    expect(head(el)).toContain("100 of 1000");
  });

  test("is said when it cannot be had, and asked for again", async () => {
    const { kernel, el } = mountWall();
    const { find } = kernel.handlers;
    kernel.handlers.find = async () => {
      throw new Error("The library is locked.");
    };
    await search().fill("gulls");
    await expect.element(page.getByText("The library is locked.")).toBeVisible();
    kernel.handlers.find = find;
    await button("Try again").click();
    await eventually(() => head(el)).toContain("100 of 1000");
  });
});

describe("a new take", () => {
  const fresh = take({ id: "fresh", prompt: "A fresh one", created: 1_795_450_000 });
  const arrive = ({ kernel }: Mounted) => kernel.set("takes", [fresh, ...library.slice(0, 59)]);

  test("comes to the top of what is seen", async () => {
    const mounted = mountWall();
    arrive(mounted);
    await eventually(() => shown(mounted.el)[0]).toBe("fresh");
  });

  test("moves nothing further down, and waits to be looked at", async () => {
    const mounted = mountWall();
    const { el } = mounted;
    await showAll();
    wall(el).scrollIntoView();
    scrollBy(0, 600);
    await eventually(() => shown(el)).toContain("take-31");
    const position = () => el.querySelector("[data-take=take-31]")?.getBoundingClientRect();
    const before = position();
    arrive(mounted);
    await expect.element(button("1 new take")).toBeVisible();
    expect(position()).toEqual(before);
    await button("1 new take").click();
    await eventually(() => shown(el)[0]).toBe("fresh");
    expect(wall(el).getBoundingClientRect().top).toBeGreaterThanOrEqual(0);
    expect(el.querySelector(".rk-wall-new")).toBeNull();
  });

  test("waits where a person has gone on to further rows by keys", async () => {
    const mounted = mountWall();
    const { el } = mounted;
    el.querySelector<HTMLElement>(".rk-take")?.focus();
    await userEvent.keyboard("{PageDown}");
    await eventually(focused).toBe("take-10");
    const before = shown(el);
    arrive(mounted);
    await expect.element(button("1 new take")).toBeVisible();
    expect(shown(el)).toEqual(before);
  });

  test("that does not fit stays away", async () => {
    const mounted = mountWall();
    await search().fill("gulls");
    await eventually(() => head(mounted.el)).toContain("100 of");
    arrive(mounted);
    await pause(50);
    expect(shown(mounted.el)[0]).toBe("take-0");
    expect(head(mounted.el)).toContain("100 of");
  });
});

describe("what a person thinks of a take", () => {
  test("is rated by a key where it has the focus", async () => {
    const { kernel, el } = mountWall();
    const first = el.querySelector<HTMLElement>("[data-take=take-0] .rk-take");
    first?.focus();
    await userEvent.keyboard("3");
    await eventually(() => first?.textContent).toContain("Rated 3 of 3");
    await userEvent.keyboard("0");
    await eventually(() => first?.textContent).not.toContain("Rated");
    await userEvent.keyboard("7");
    expect(kernel.asked("rate").map(({ take, rating }) => [take, rating])).toEqual([
      ["take-0", 3],
      ["take-0", 0],
    ]);
    expect(document.activeElement).toBe(first);
  });

  test("is kept for a take that is not among the newest, and in the player", async () => {
    const { kernel, el } = mountWall();
    await search().fill("Prompt 777");
    await eventually(() => shown(el)).toEqual(["take-777"]);
    el.querySelector<HTMLElement>(".rk-take")?.click();
    await button("Rate 3 of 3").click();
    await eventually(() => el.querySelector(".rk-take")?.textContent).toContain("Rated 3 of 3");
    // Pressed again, it is taken away.
    await button("Rate 3 of 3").click();
    await expect.element(button("Rate 3 of 3")).toHaveAttribute("aria-pressed", "false");
    await button("Details and more").click();
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await eventually(() => el.querySelector(".rk-take-pin")).not.toBeNull();
    expect(kernel.library[777]).toMatchObject({ rating: 0, pinned: true });
    // It stays open when it is no longer found.
    await search().fill("gulls");
    await eventually(() => shown(el)[0]).toBe("take-0");
    expect(el.querySelector(".rk-player-prompt")?.textContent).toBe("Prompt 777");
  });

  test("is a note, kept as it is written, also when another take is opened at once", async () => {
    const { kernel, el } = mountWall();
    el.querySelector<HTMLElement>("[data-take=take-0] .rk-take")?.click();
    const note = page.getByRole("textbox", { name: "Note" });
    await note.fill("The <b>gulls</b> are right");
    await eventually(() => kernel.asked("note").length).toBe(1);
    await eventually(() => kernel.library[0]?.note).toBe("The <b>gulls</b> are right");
    await note.fill("Better");
    el.querySelector<HTMLElement>("[data-take=take-1] .rk-take")?.click();
    await eventually(() => kernel.library[0]?.note).toBe("Better");
    await expect.element(note).toHaveValue("");
  });
});

test("a kernel that says one thing after the other, after the studio is shown, fills the wall", async () => {
  const mounted = mountStudio({ counts: {} as never });
  mounted.kernel.shelf = library;
  mounted.kernel.set("counts", counts(library, { here: 500 }));
  mounted.kernel.set("takes", library.slice(0, 60));
  await eventually(() => shown(mounted.el).slice(0, 2)).toEqual(["take-0", "take-2"]);
  expect(head(mounted.el)).toContain("this notebook");
  expect(mounted.kernel.asked("find")).toEqual([]);
});

test("few takes have a short wall without filters; none has a row of empty places", async () => {
  const { el } = mountStudio({ takes: library.slice(0, 3) });
  expect(el.querySelector(".rk-filters")).toBeNull();
  expect(el.querySelector(".rk-show-all")).toBeNull();
  el.style.width = "940px";
  await settled();
  const height = wall(el).clientHeight;
  const empty = mountStudio({ takes: [] });
  empty.el.style.width = "940px";
  await settled();
  expect(empty.el.textContent).toContain("Your takes will appear here.");
  expect(wall(empty.el).clientHeight).toBe(height);
  expect(empty.el.querySelectorAll(".rk-cell-empty").length).toBeGreaterThan(2);
});

test("a take that the wall has found gives its last frame as any other does", async () => {
  const { el, kernel } = mountWall();
  el.querySelector<HTMLElement>(".rk-take")?.focus();
  await userEvent.keyboard("{End}");
  await eventually(focused).toBe("take-999");
  await userEvent.keyboard("{Enter}");
  await button("Replace").click();
  await button("Use last frame of open take").click();
  await eventually(() => kernel.asked("image_take")[0]).toMatchObject({ slot: "start", take: "take-999" });
});

describe("a take that is not as it was asked", () => {
  const remark = "You asked for 8 s and got 5: the service may not know the field `duration`.";

  test("has a mark on its poster, which says so in focus and under the pointer", async () => {
    const doubted = take({ id: "doubted", prompt: "Too short", remarks: [remark] });
    const { el } = mountStudio({ takes: [take({ id: "fine", prompt: "Fine" }), doubted], images: [image()] });
    await eventually(() => el.querySelectorAll(".rk-take").length).toBe(2);
    await eventually(() => el.querySelectorAll(".rk-take-remarks").length).toBe(1);
    const poster = el.querySelector<HTMLElement>("[data-take=doubted] .rk-take");
    const words = el.querySelector("[data-take=doubted] .rk-take-remark-words") as HTMLElement;
    expect(poster?.textContent).toContain(remark);
    await expect.element(words).not.toBeVisible();
    await userEvent.hover(el.querySelector("[data-take=doubted] .rk-take-remarks") as HTMLElement);
    await expect.element(words).toBeVisible();
    expect(words.textContent).toBe("You asked for 8 s and got 5");
    await userEvent.hover(el.querySelector("[data-take=fine] .rk-take-caption") as HTMLElement);
    await expect.element(words).not.toBeVisible();
    (el.querySelector("[data-take=fine] .rk-take") as HTMLElement).focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(document.activeElement).toBe(poster);
    await expect.element(words).toBeVisible();
  });
});
