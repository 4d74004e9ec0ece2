import axe from "axe-core";
import { beforeEach, describe, expect, test } from "vitest";
import { cdp, page, userEvent } from "vitest/browser";
import type { Take } from "../../src/kernel/protocol";
import type { FakeKernel } from "../fake-kernel";
import { button, eventually, mountJudge, mountStudio } from "../mounted";
import { frameShown, NUMBERED } from "../numbered";
import { pictures, speech, sweep, take } from "../samples";

const NAMES = ["Otters at dawn", "Herons at noon", "Badgers at dusk", "Foxes at night"];
const films = NAMES.map((prompt, at) =>
  take({ id: `take-${at}x`, prompt, file: `clip-${at}.mp4`, fps: at % 2 ? 30 : 24, title: "Kling v3 Pro" }),
);

/** The kernel's files are those whose frames carry their number: of odd takes, the short quick one. */
function numbered(kernel: FakeKernel): void {
  kernel.handlers.media = async ({ take }) => {
    const { url } = NUMBERED[/[13]x$/.test(take) ? "quick" : "slow"];
    return {
      value: { media_type: "video/mp4", name: `${take}.mp4` },
      buffers: [await (await fetch(url)).arrayBuffer()],
    };
  };
}

const judge = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-judge") as HTMLElement;
const front = (el: HTMLElement) => el.querySelector<HTMLElement>('.rk-judge-pair[data-front="true"]');
const shown = (el: HTMLElement) => [...(front(el)?.querySelectorAll("video") ?? [])];
const under = (el: HTMLElement) => [
  ...el.querySelectorAll<HTMLVideoElement>('.rk-judge-pair[data-front="false"] video'),
];
const kept = (kernel: FakeKernel) => kernel.judgements.kept.map(({ preferred }) => preferred);
const counted = (el: HTMLElement) => el.querySelector(".rk-judge-kept")?.textContent ?? "";
const loadedIn = (videos: HTMLVideoElement[]) => videos.filter((one) => one.readyState >= 2).length;

/** Whatever a person, or who listens, could read of a page. */
function readable(el: HTMLElement): string {
  const all = [el, ...el.querySelectorAll<HTMLElement>("*")];
  return all.flatMap((one) => [...one.attributes].map(({ value }) => value)).join(" ") + el.textContent;
}

async function inCell(takes: Take[] = films, prepare: (kernel: FakeKernel) => void = numbered) {
  const mounted = mountJudge(takes, prepare);
  await eventually(() => front(mounted.el)).not.toBeNull();
  judge(mounted.el).focus();
  return mounted;
}

const press = async (el: HTMLElement, key: string) => {
  await eventually(() => el.querySelector("[data-fate=won], [data-fate=tied]")).toBeNull();
  await userEvent.keyboard(key);
};

beforeEach(() => page.viewport(1200, 900));

describe("the keys", () => {
  test("1, 2 and 0 judge, S skips, and Backspace takes back one after the other, down to an earlier page's", async () => {
    const { el, kernel } = await inCell(films, (kernel) => {
      numbered(kernel);
      kernel.judgements.kept = [{ left: "take-0x", right: "take-3x", preferred: "take-3x" }];
    });
    await eventually(() => counted(el)).toContain("1 judged; about 3 more");
    await press(el, "1");
    await press(el, "2");
    await press(el, "s");
    await press(el, "0");
    await eventually(() => kept(kernel)).toEqual(["take-3x", "take-0x", "take-2x", null]);
    await eventually(() => counted(el)).toContain("4 judged; enough for a ranking.");
    const [fourth] = kernel.asked("vote").slice(-1);
    await press(el, "{Backspace}");
    await eventually(() => kept(kernel)).toEqual(["take-3x", "take-0x", "take-2x"]);
    // The pair is there again, and is judged the other way.
    await press(el, "1");
    await eventually(() => kernel.asked("vote").at(-1)?.pair).toBe(fourth?.pair);
    for (let times = 0; times < 5; times++) await press(el, "{Backspace}");
    await eventually(() => kept(kernel)).toEqual([]);
    await eventually(() => kernel.asked("take_back").map(({ pair }) => pair)).toEqual([
      "pair-4",
      "pair-4",
      "pair-3",
      "pair-2",
      "pair-1",
      null,
    ]);
    const back = button(/^Take back/);
    await expect.element(back).toHaveAttribute("aria-disabled", "true");
    expect(
      el.querySelectorAll(".rk-judge-pair").length,
      "what was loaded ahead is not piled up",
    ).toBeLessThan(9);
  });

  test("are said on buttons that do the same, and one held down judges once", async () => {
    const { el, kernel } = await inCell();
    const names = [...el.querySelectorAll("button")].map((one) => one.textContent);
    for (const said of [
      "1 is better",
      "0 Tie",
      "2 is better",
      "Skip S",
      "Take back ⌫",
      "Stop Esc",
      "Pause Space",
    ])
      expect(names).toContain(said);
    await userEvent.keyboard("{2>3/}");
    await eventually(() => kept(kernel)).toEqual(["take-1x"]);
    await eventually(() => el.querySelector("[data-fate=won]")).toBeNull();
    await button("0 Tie").click();
    await eventually(() => kept(kernel)).toEqual(["take-1x", null]);
    await press(el, " ");
    await expect.element(button("Play Space")).toBeVisible();
    expect(kernel.asked("vote")).toHaveLength(2);
  });

  test("answer at once: the side is marked and its button pressed before the kernel has said anything", async () => {
    const { el, kernel } = await inCell();
    kernel.silent = true;
    await userEvent.keyboard("2");
    expect([...el.querySelectorAll("[data-fate]")].map((one) => one.getAttribute("data-fate"))).toContain(
      "won",
    );
    expect(front(el)?.lastElementChild?.getAttribute("data-fate")).toBe("won");
    expect(el.querySelector('.rk-judge-votes [data-chosen="true"]')?.textContent).toBe("2 is better");
  });
});

describe("a pair", () => {
  test("plays in step and loops, and the next one is there at once: loaded, in the same place, from its beginning", async () => {
    const odd = films.map((one, at) => (at === 2 ? { ...one, width: 1080, height: 1920 } : one));
    const { el, kernel } = await inCell(odd);
    await eventually(() => loadedIn(shown(el))).toBe(2);
    await eventually(() => shown(el).every((one) => !one.paused && one.currentTime > 0.4)).toBe(true);
    await eventually(() => kernel.asked("playing").length).toBeGreaterThan(0);
    const [a = 0, b = 0] = shown(el).map(frameShown);
    expect(Math.abs(a / 24 - b / 30)).toBeLessThan(1 / 24 + 1 / 30);
    await eventually(() => loadedIn(under(el))).toBe(2);
    const ahead = under(el);
    expect(ahead.every((one) => one.paused)).toBe(true);
    expect(front(el)?.nextElementSibling?.matches("[inert]"), "nobody tabs into it, or hears of it").toBe(
      true,
    );
    const places = () => shown(el).map((one) => JSON.stringify(one.getBoundingClientRect()));
    const before = places();
    /** Frames in which not both films were there to be seen. */
    let empty = 0;
    let watching = true;
    const watch = () => {
      if (shown(el).length !== 2 || loadedIn(shown(el)) !== 2) empty++;
      if (watching) requestAnimationFrame(watch);
    };
    watch();
    await userEvent.keyboard("1");
    await eventually(() => shown(el)[0] === ahead[0]).toBe(true);
    watching = false;
    expect(empty, "nothing flashes in between").toBe(0);
    expect(shown(el)).toEqual(ahead);
    expect(places()).toEqual(before);
    expect(ahead.every((one) => one.readyState >= 2 && one.currentTime < 0.5)).toBe(true);
    // The short one ends and holds; then both begin again.
    await eventually(() => shown(el).every((one) => one.currentTime > 1.5), 10_000).toBe(true);
    await eventually(() => shown(el).every((one) => !one.paused && one.currentTime < 1), 10_000).toBe(true);
  });

  test("says nothing of what it is, not in a name, a title or an attribute", async () => {
    const { el } = await inCell();
    await eventually(() => loadedIn(shown(el)) + loadedIn(under(el))).toBe(4);
    for (let times = 0; times < 3; times++) {
      await press(el, "1");
      const said = readable(el);
      for (const name of [...NAMES, "Kling", "kling", "take-", "clip-", ".mp4"])
        expect(said).not.toContain(name);
    }
  });

  test("does not start by itself where a person wants nothing to move", async () => {
    const calm = (value: string) =>
      (cdp() as unknown as { send(name: string, about: object): Promise<void> }).send(
        "Emulation.setEmulatedMedia",
        { features: [{ name: "prefers-reduced-motion", value }] },
      );
    await calm("reduce");
    try {
      const { el } = await inCell();
      await eventually(() => loadedIn(shown(el))).toBe(2);
      await userEvent.keyboard("1");
      await eventually(() => loadedIn(under(el))).toBe(2);
      expect(shown(el).every((one) => one.paused)).toBe(true);
      await userEvent.keyboard(" ");
      await eventually(() => shown(el).every((one) => !one.paused)).toBe(true);
    } finally {
      await calm("");
    }
  });

  test("of which a file is gone is passed over", async () => {
    const { el, kernel } = await inCell(films, (kernel) => {
      numbered(kernel);
      const { media } = kernel.handlers;
      kernel.handlers.media = async (fields, buffers) => {
        if (fields.take === "take-1x") throw new Error("The files of this take were removed.");
        return media(fields, buffers);
      };
    });
    await eventually(() => loadedIn(shown(el))).toBe(2);
    expect(kernel.asked("vote").map(({ choice }) => choice)).toEqual(["skip", "skip"]);
    expect(kept(kernel)).toEqual([]);
    await eventually(() => el.textContent).toContain(
      "A pair was skipped: The files of this take were removed.",
    );
    await userEvent.keyboard("1");
    await eventually(() => kept(kernel)).toEqual(["take-2x"]);
  });

  test("of images is shown, whole, with nothing to play", async () => {
    const { el, kernel } = await inCell(
      [0, 1, 2].map((at) => pictures(1, { id: `picture-${at}` })),
      () => {},
    );
    const images = () => [...(front(el)?.querySelectorAll<HTMLImageElement>("img.rk-judge-still") ?? [])];
    await eventually(() => images().filter((one) => one.naturalWidth > 0 && one.alt !== "").length).toBe(2);
    expect(images().map(({ alt }) => alt)).toEqual(["1", "2"]);
    expect(el.textContent).not.toMatch(/Play|Pause|red boat/i);
    await userEvent.keyboard("2");
    await eventually(() => kept(kernel)).toEqual(["picture-1"]);
  });

  test("of sounds is heard one after the other, and either alone", async () => {
    const { el } = await inCell(
      [0, 1, 2].map((at) => speech({ id: `speech-${at}` })),
      () => {},
    );
    const sounds = () => [...(front(el)?.querySelectorAll("audio") ?? [])];
    await eventually(() => sounds().length).toBe(2);
    await eventually(() => sounds().map((one) => one.paused)).toEqual([false, true]);
    const [first] = sounds();
    await eventually(() => Number.isFinite(first?.duration)).toBe(true);
    if (first) first.currentTime = first.duration - 0.1;
    await eventually(() => sounds().map((one) => one.paused)).toEqual([true, false]);
    front(el)?.querySelector<HTMLButtonElement>("[aria-label='Hear 1']")?.click();
    await eventually(() => sounds().map((one) => one.paused)).toEqual([false, true]);
    expect(readable(el)).not.toContain("The boat leaves");
  });
});

describe("a kernel", () => {
  test("that is busy keeps nothing that it has not answered, and goes on with it later", async () => {
    const { el, kernel } = await inCell();
    await eventually(() => counted(el)).toContain("0 judged");
    kernel.latency = 4000;
    await userEvent.keyboard("1");
    await eventually(() => el.textContent).toContain(
      "Kernel busy. It continues when it's free. 1 judgement is not saved yet.",
    );
    expect(counted(el)).toContain("0 judged");
    kernel.latency = 0;
    await eventually(() => counted(el)).toContain("1 judged");
    expect(el.textContent).not.toContain("Kernel busy");
  });

  test("that refuses has the pair judged again", async () => {
    const { el, kernel } = await inCell();
    const { vote } = kernel.handlers;
    kernel.handlers.vote = async () => {
      throw new Error("The library is locked.");
    };
    await userEvent.keyboard("1");
    await expect.element(page.getByText("Not saved: The library is locked.").first()).toBeVisible();
    kernel.handlers.vote = vote;
    await press(el, "2");
    await eventually(() => kept(kernel)).toEqual(["take-1x"]);
    expect(kernel.asked("vote").map(({ pair }) => pair)).toEqual(["pair-1", "pair-1"]);
  });

  test("that is gone says what is kept", async () => {
    const { el, kernel } = await inCell();
    await userEvent.keyboard("1");
    await eventually(() => counted(el)).toContain("1 judged");
    kernel.gone = true;
    await press(el, "1");
    await eventually(() => el.textContent).toContain("Kernel stopped. What is counted is saved");
    expect(counted(el)).toContain("1 judged");
  });
});

describe("in the studio", () => {
  const positions = films.map(({ id, prompt }) => ({
    prompt,
    state: "kept" as const,
    stage: "Kept",
    job: id,
    error: null,
  }));
  const variations = sweep({ columns: NAMES, rows: [""], positions, done: true, finished: 4 });

  test("a sweep is judged by keys alone, and what won is shown with its name; Escape leads back", async () => {
    const { el, kernel } = mountStudio({ takes: films, sweeps: [variations] }, numbered);
    sessionStorage.setItem("rk-sweep:m1", JSON.stringify("sweep-1"));
    await expect.element(page.getByRole("button", { name: "Judge" }).first()).toBeVisible();
    const from = page.getByRole("button", { name: "Judge" }).first().element() as HTMLElement;
    from.focus();
    await userEvent.keyboard("{Enter}");
    const dialog = () => el.querySelector<HTMLDialogElement>(".rk-judge-dialog");
    await eventually(() => dialog()?.open).toBe(true);
    expect(document.activeElement, "Space plays, and presses nothing").toBe(judge(el));
    await eventually(() => front(el)).not.toBeNull();
    expect(kernel.asked("begin_judging")[0]?.takes.toSorted()).toEqual(films.map(({ id }) => id));
    expect(readable(dialog() as HTMLElement)).not.toMatch(/Otters|Herons|Badgers|Foxes|Kling|take-|clip-/);
    for (const key of ["2", "1", "0", "2"]) await press(el, key);
    await eventually(() => counted(el)).toContain("enough for a ranking");
    await userEvent.keyboard("{Escape}");
    await expect.element(page.getByText("First: Herons at noon.").first()).toBeVisible();
    expect(el.querySelectorAll(".rk-won-places > li")).toHaveLength(4);
    expect([...el.querySelectorAll(".rk-won-name")][0]?.textContent).toBe("Herons at noon");
    await button("Continue judging").click();
    await eventually(() => front(el)).not.toBeNull();
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector(".rk-won-places")).not.toBeNull();
    await userEvent.keyboard("{Escape}");
    await eventually(() => dialog()).toBeNull();
    expect(document.activeElement).toBe(from);
  });

  test("a search and a selection are judged, too; kinds that are mixed are refused in words", async () => {
    let usual: FakeKernel["handlers"]["begin_judging"] | undefined;
    const { el, kernel } = mountStudio({ takes: films }, (kernel) => {
      numbered(kernel);
      usual = kernel.handlers.begin_judging;
      kernel.handlers.begin_judging = async () => {
        throw new Error("1 video and 1 sound can't be judged against each other. Judge one kind at a time.");
      };
    });
    await button("Judge").click();
    await expect.element(page.getByText(/can't be judged against each other/).first()).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector(".rk-judge-dialog")).toBeNull();
    for (const one of [...el.querySelectorAll<HTMLButtonElement>(".rk-select")].slice(0, 2)) one.click();
    await eventually(() => el.querySelector(".rk-compare")).not.toBeNull();
    (el.querySelector(".rk-compare .rk-player-end") as HTMLElement).scrollIntoView();
    [...el.querySelectorAll<HTMLButtonElement>(".rk-compare button")]
      .find(({ textContent }) => textContent === "Judge")
      ?.click();
    await eventually(() => kernel.asked("begin_judging").map(({ takes }) => takes.length)).toEqual([4, 2]);
    await userEvent.keyboard("{Escape}");
    if (usual) kernel.handlers.begin_judging = usual;
    kernel.shelf = [...films, speech()];
    await page.getByRole("searchbox", { name: "Search prompts" }).fill("e");
    await eventually(() => el.querySelector(".rk-takes-head")?.textContent).toContain("5 of");
    await button("Judge").last().click();
    await expect.element(page.getByText("Judging the 4 videos of 5 takes.")).toBeVisible();
  });

  test("seven that are selected are judged by keys, and are selected still", async () => {
    const takes = Array.from({ length: 7 }, (_, at) => ({ ...(films[at % 4] as Take), id: `take-${at}x` }));
    const { el, kernel } = mountStudio({ takes }, numbered);
    const numbers = () => [...el.querySelectorAll(".rk-select b")].map(({ textContent }) => textContent);
    await eventually(() => el.querySelectorAll(".rk-take").length).toBe(7);
    el.querySelector<HTMLElement>(".rk-select")?.click();
    el.querySelectorAll<HTMLElement>(".rk-take")[6]?.dispatchEvent(
      new MouseEvent("click", { shiftKey: true, bubbles: true }),
    );
    const tray = page.getByRole("region", { name: "7 takes selected" });
    await tray.getByRole("button", { name: "Judge" }).click();
    await eventually(() => front(el)).not.toBeNull();
    expect(kernel.asked("begin_judging")[0]?.takes.toSorted()).toEqual(takes.map(({ id }) => id));
    for (const key of ["1", "2"]) await press(el, key);
    await eventually(() => counted(el)).toContain("2 judged");
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector(".rk-won-places")).not.toBeNull();
    await userEvent.keyboard("{Escape}");
    await eventually(() => el.querySelector(".rk-judge-dialog")).toBeNull();
    expect(numbers()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    await expect.element(tray).toBeVisible();
  });
});

describe("its looks", () => {
  for (const width of [320, 1200])
    test(`films are as large as they can be, and nothing is too wide, at ${width} px`, async () => {
      await page.viewport(width, 640);
      const { el } = await inCell();
      el.style.width = `${width - 20}px`;
      await eventually(() => loadedIn(shown(el))).toBe(2);
      const [one, other] = shown(el).map((video) => video.getBoundingClientRect());
      if (!one || !other) throw new Error("No films.");
      if (width === 320) expect(other.top).toBeGreaterThanOrEqual(one.bottom);
      else expect(other.left).toBeGreaterThanOrEqual(one.right);
      expect(one.width).toBeGreaterThan(width === 320 ? 240 : 400);
      expect(one.width).toBe(other.width);
      expect(judge(el).scrollWidth).toBeLessThanOrEqual(judge(el).clientWidth);
    });

  test("a chat model votes on request: first the price, then how far it is, and its votes stand apart", async () => {
    const { el, kernel } = await inCell();
    await press(el, "1");
    await userEvent.keyboard("{Escape}");
    await button("Ask a chat model…").click();
    await expect.element(page.getByText("In all: about $0.06.").first()).toBeVisible();
    expect(kernel.asked("ask_votes"), "nothing is sent before it is agreed to").toEqual([]);
    await button("Cancel").click();
    await button("Ask a chat model…").click();
    await button("Ask 6 questions").click();
    await expect.element(page.getByRole("progressbar", { name: "Asked" })).toBeVisible();
    await expect.element(page.getByText("4 of 6 questions answered")).toBeVisible();
    await expect.element(page.getByText("6 votes, not counted above.", { exact: false })).toBeVisible();
    const agreed = page.getByRole("img", { name: "agrees in 2 of 3 pairs" }).element();
    expect([...agreed.querySelectorAll("i")].map(({ style }) => style.width)).toEqual(["67%", "44%"]);
    await expect.element(page.getByText("6 votes saved. No charge.").first()).toBeVisible();
    expect((await axe.run(el)).violations).toEqual([]);

    await button("Ask about more pairs…").click();
    await button("Ask 6 questions").click();
    await button("Stop asking").click();
    await eventually(() => kernel.asked("votes_so_far").some(({ stop }) => stop)).toBe(true);
    await expect.element(page.getByText(/^[24] votes saved/).first()).toBeVisible();
    kernel.handlers.votes_plan = async () => {
      throw new Error("The catalogue has no chat model for this. Nothing was sent.");
    };
    await button("Ask about more pairs…").click();
    await expect.element(page.getByText("The catalogue has no chat model for this.").first()).toBeVisible();
  });

  test("axe finds nothing, while somebody judges and where it is shown what won", async () => {
    const { el } = await inCell();
    const violations = async () => {
      const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
      return violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
    };
    await eventually(() => loadedIn(shown(el)) + loadedIn(under(el))).toBe(4);
    expect(await violations()).toEqual([]);
    await userEvent.keyboard("1{Escape}");
    await eventually(() => el.querySelectorAll(".rk-won-places img").length).toBe(4);
    expect(await violations()).toEqual([]);
  });
});
