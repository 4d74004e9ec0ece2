import axe from "axe-core";
import { beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Collection, Take } from "../../../src/kernel/protocol";
import { family } from "../../families";
import { button, eventually, type Mounted, mountStudio } from "../../mounted";
import { collection, image, job, ofTeam, take, teamCounts } from "../../samples";

/** Of each three takes one is Ana's; the first ten are of this notebook. */
const library: Take[] = Array.from({ length: 120 }, (_, place) =>
  take({
    id: `take-${place}`,
    prompt: `Prompt ${place}`,
    created: 1_795_440_000 - place,
    here: place < 10 && place % 3 !== 1,
    team: ofTeam(place % 3 === 1 ? "Ana" : "Ben", { collections: place === 4 ? ["shots"] : [] }),
  }),
);

function mountTeam(
  { here = null, collections = [], takes = library }: Partial<Shown> = {},
  prepare: Parameters<typeof mountStudio>[1] = () => {},
): Mounted {
  const counted = teamCounts(takes, collections, here === null ? {} : { here });
  return mountStudio({ takes: takes.slice(0, 60), counts: counted, images: [image()] }, (kernel) => {
    kernel.shelf = takes;
    prepare(kernel);
  });
}
interface Shown {
  here: number | null;
  collections: Collection[];
  takes: Take[];
}

const cells = (el: HTMLElement) =>
  [...el.querySelectorAll<HTMLElement>(".rk-wall .rk-cell:not(.rk-cell-empty)")].map(
    (cell) => cell.dataset.take,
  );
const poster = (el: HTMLElement, id: string) =>
  el.querySelector(`.rk-wall [data-take="${id}"] .rk-take`) as HTMLElement;
const show = () => page.getByRole("combobox", { name: "Show" });
const words = (el: HTMLElement, of: string) => el.querySelector(of)?.textContent ?? "";
const announced = (el: HTMLElement) => words(el, "[role=status]");
const panel = () => page.getByRole("region", { name: "Add to collection" });
const opened = async (el: HTMLElement, id: string) => {
  await eventually(() => poster(el, id)).not.toBeNull();
  poster(el, id).click();
  await eventually(() => el.querySelector(`.rk-player[data-take="${id}"] .rk-team`)).not.toBeNull();
};

beforeEach(() => page.viewport(1000, 900));

describe("what the wall shows", () => {
  test("is one's own first, then this notebook's and the team's, each as the kernel finds it", async () => {
    const { el, kernel } = mountTeam({ here: 7 });
    await expect.element(show()).toHaveValue("here");
    const options = [...(show().element() as HTMLSelectElement).options].map(({ label }) => label);
    expect(options).toEqual(["Mine, 80", "This notebook, 7", "Team, 120"]);
    await show().selectOptions("Mine, 80");
    await eventually(() => cells(el).slice(0, 4)).toEqual(["take-0", "take-2", "take-3", "take-5"]);
    expect(kernel.asked("find").at(-1)).toMatchObject({ mine: true, here: false });
    expect(words(el, ".rk-takes-head")).toContain("of 80 judged");
    await show().selectOptions("Team, 120");
    await eventually(() => cells(el).slice(0, 3)).toEqual(["take-0", "take-1", "take-2"]);
    expect(kernel.asked("find").at(-1)).not.toHaveProperty("mine");
  });

  test("is one's own where the host does not say which notebook it is, and the team's where there is none", async () => {
    const { close } = mountTeam();
    await expect.element(show()).toHaveValue("mine");
    close();
    mountTeam({ takes: library.filter(({ team }) => !team?.mine) });
    await expect.element(show()).toHaveValue("all");
  });

  test("bears who asked, where another did", async () => {
    const { el } = mountTeam({ takes: library.slice(0, 5) });
    await show().selectOptions("all");
    await eventually(() => cells(el).length).toBe(5);
    expect(words(el, "[data-take=take-1] .rk-take-by")).toBe("Ana");
    expect(poster(el, "take-1").textContent).toContain("Prompt 1, by Ana");
    expect(el.querySelector("[data-take=take-0] .rk-take-by")).toBeNull();
    await opened(el, "take-1");
    expect(words(el, ".rk-player-about")).toContain("by Ana");
    await opened(el, "take-0");
    expect(words(el, ".rk-player-about")).not.toContain("by ");
  });

  test("bears who asked in the family of a take, too", async () => {
    const members = family.members.map((member, at) => ({
      ...member,
      take: { ...member.take, team: ofTeam(at ? "Ben" : "Ana") },
    }));
    const { el } = mountTeam({ takes: library.slice(0, 2) }, (kernel) => {
      kernel.handlers.family = async () => ({ value: { ...family, members } });
    });
    await opened(el, "take-0");
    await button("Family").click();
    await eventually(() => el.querySelectorAll(".rk-member").length).toBe(members.length);
    expect([...el.querySelectorAll(".rk-member .rk-take-by")].map((by) => by.textContent)).toEqual(["Ana"]);
  });

  test("has nothing new in a person's own library", async () => {
    const takes = [take({ id: "a" }), take({ id: "b", here: true })];
    const { el, kernel } = mountStudio({ takes });
    poster(el, "a").click();
    await eventually(() => el.querySelector(".rk-player")).not.toBeNull();
    el.querySelector<HTMLElement>('[data-take="b"] .rk-select')?.click();
    await eventually(() => el.querySelector(".rk-selection")).not.toBeNull();
    expect(el.textContent).not.toMatch(/\bteam\b|collection|\bmine\b/i);
    expect(kernel.requests.some(({ type }) => /collect/.test(type))).toBe(false);
  });
});

describe("a take from another machine", () => {
  const fresh = (person: string) =>
    take({ id: `new-${person}`, prompt: `Fresh of ${person}`, created: 1_795_450_000, team: ofTeam(person) });

  test("comes onto an open wall as a new one, and is shown when it is asked for", async () => {
    const { el, kernel } = mountTeam();
    await show().selectOptions("all");
    await opened(el, "take-0");
    kernel.set("takes", [fresh("Ana"), ...library.slice(0, 59)]);
    await eventually(() => cells(el)[0]).toBe("new-Ana");
    expect(el.querySelector("[data-take=new-Ana] .rk-take-new")).not.toBeNull();
    expect(announced(el)).toBe("A take by Ana came in: Fresh of Ana");
    expect(el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("take-0");
    kernel.set("takes", [fresh("Cleo"), fresh("Ana"), ...library.slice(0, 58)]);
    await expect.element(button("2 new · Show")).toBeVisible();
    // One word for many.
    expect(announced(el)).toBe("A take by Ana came in: Fresh of Ana");
    await button("2 new · Show").click();
    await eventually(() => el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("new-Cleo");
    await expect.element(button("1 new · Show")).toBeVisible();
  });

  test("is not new where it has no place: on a view of one's own", async () => {
    const { el, kernel } = mountTeam();
    await opened(el, "take-0");
    kernel.set("takes", [fresh("Ana"), ...library.slice(0, 59)]);
    await eventually(() => cells(el)[0]).toBe("take-0");
    expect(button(/new · Show/).query()).toBeNull();
    kernel.set("takes", [fresh("Ben"), fresh("Ana"), ...library.slice(0, 58)]);
    await eventually(() => cells(el)[0]).toBe("new-Ben");
    await expect.element(button("1 new · Show")).toBeVisible();
    expect(announced(el)).toBe("A take of yours came in: Fresh of Ben");
  });

  test("is new in a library that had none, too", async () => {
    const { el, kernel } = mountTeam({ takes: [] });
    const first = fresh("Ana");
    kernel.set("counts", teamCounts([first]));
    kernel.set("takes", [first]);
    await expect.element(button("1 new · Show")).toBeVisible();
    await button("1 new · Show").click();
    await eventually(() => el.querySelector(".rk-player")?.getAttribute("data-take")).toBe("new-Ana");
  });

  test("does not come onto an empty stage by itself", async () => {
    const { el, kernel } = mountTeam();
    await show().selectOptions("all");
    kernel.set("takes", [fresh("Ana"), ...library.slice(0, 59)]);
    await expect.element(button("1 new · Show")).toBeVisible();
    expect(el.querySelector(".rk-player")).toBeNull();
  });
});

describe("what others think", () => {
  const others = [
    { person: "Ana", rating: 3, verdict: "picked" as const, note: "The gulls are right." },
    { person: "Cleo", rating: 1, verdict: null, note: "" },
  ];
  const rated = [take({ id: "rated", team: ofTeam("Ana", { others }) }), ...library];

  test("stands beside what a person thinks, and is never theirs to change", async () => {
    const { el, kernel } = mountTeam({ takes: rated });
    await show().selectOptions("all");
    await opened(el, "rated");
    expect(words(el, ".rk-team-rating")).toBe(" · Team 2 · 2 ratings: Ana 3 of 3, Cleo 1 of 3");
    await button("Rate 3 of 3").click();
    await eventually(() => words(el, ".rk-team-rating")).toContain("Team 2.3 · 3 ratings");
    expect(kernel.asked("rate").at(-1)).toMatchObject({ take: "rated", rating: 3 });
    const notes = button(/^Ana The gulls are right/);
    const height = (await notes.element()).getBoundingClientRect().height;
    expect(height).toBeLessThan(30);
    await notes.click();
    expect(words(el, ".rk-others")).toContain("Ana ★★★ rated it 3 of 3 picked The gulls are right.");
    expect(el.querySelectorAll(".rk-others li")).toHaveLength(1);
    expect(el.querySelectorAll(".rk-others :is(input, textarea, button)")).toHaveLength(0);
    await opened(el, "take-0");
    expect(el.querySelector(".rk-team-notes, .rk-team-rating")).toBeNull();
  });
});

describe("the stage of a team's library", () => {
  const others = [
    { person: "Ana", rating: 3, verdict: null, note: "The gulls are right in this one, and the light too." },
    { person: "Cleo", rating: 1, verdict: null, note: "Slower." },
  ];
  const collections = ["shots", "Opening, second cut", "All that the client has seen"];
  const full = take({ id: "full", team: ofTeam("Ana", { others, collections }) });

  for (const width of [520, 720, 1200])
    test(`has one height at ${width} px, whatever the team says: nothing below moves`, async () => {
      await page.viewport(width + 40, 900);
      const { el } = mountTeam({ takes: [full, ...library], collections: [collection()] });
      el.style.width = `${width}px`;
      await show().selectOptions("all");
      await eventually(() => poster(el, "full")).not.toBeNull();
      const height = () => el.querySelector(".rk-at-stage")?.getBoundingClientRect().height ?? 0;
      const before = height();
      await opened(el, "take-0");
      expect(Math.abs(height() - before)).toBeLessThan(1);
      await opened(el, "full");
      expect(Math.abs(height() - before)).toBeLessThan(1);
    });
});

describe("collections", () => {
  const collections = [
    collection({ takes: 1 }),
    collection({ name: "boats", person: "Ana", mine: false, takes: 3 }),
    collection({ name: "selects", shared: false, takes: 0 }),
  ];
  const open = async () => {
    await button("Add to collection…").first().click();
    await expect.element(panel()).toBeVisible();
  };

  test("are looked for in the head, and named there", async () => {
    const { el, kernel } = mountTeam({ collections });
    await show().selectOptions("all");
    const filter = page.getByRole("combobox", { name: "Filter by collection" });
    await filter.selectOptions("shots, 1");
    await eventually(() => cells(el)).toEqual(["take-4"]);
    expect(kernel.asked("find").at(-1)).toMatchObject({ collection: "shots" });
    expect(words(el, ".rk-takes-head")).toContain("Collection: shots");
    await filter.selectOptions("Any collection");
    await eventually(() => cells(el).length).toBeGreaterThan(1);
  });

  test("take in the take on the stage, with a way back", async () => {
    const { el, kernel } = mountTeam({ collections });
    await opened(el, "take-0");
    await open();
    await eventually(() => document.activeElement).toBe(
      page.getByRole("checkbox", { name: /^shots/ }).element(),
    );
    await expect.element(page.getByRole("checkbox", { name: "boats 3 · Ana’s" })).not.toBeChecked();
    await userEvent.keyboard(" ");
    await eventually(() => kernel.asked("collect").at(-1)).toMatchObject({
      takes: ["take-0"],
      collection: "shots",
    });
    await expect.element(page.getByRole("checkbox", { name: /^shots/ })).toBeChecked();
    await eventually(() => words(el, ".rk-rejected")).toContain("Added 1 take to shots");
    expect(words(el, ".rk-team-in")).toContain("In shots");
    await button("Undo").click();
    await eventually(() => kernel.asked("uncollect").at(-1)).toMatchObject({ takes: ["take-0"] });
    await expect.element(page.getByRole("checkbox", { name: /^shots/ })).not.toBeChecked();
    expect(el.querySelector(".rk-rejected")).toBeNull();
    await userEvent.keyboard("{Escape}");
    (page.getByRole("checkbox", { name: /^shots/ }).query() as HTMLElement | null)?.focus();
    await userEvent.keyboard("{Escape}");
    await eventually(() => panel().query()).toBeNull();
    expect(document.activeElement?.textContent).toBe("Add to collection…");
  });

  test("are made by a new name, shared or not, and unmade by Undo", async () => {
    const { el, kernel } = mountTeam();
    await opened(el, "take-0");
    await open();
    expect(words(el, ".rk-collect")).toContain("There is none yet");
    await page.getByRole("textbox", { name: "New collection" }).fill("  Opening   shots ");
    await page.getByRole("checkbox", { name: "Share with the team" }).click();
    await userEvent.keyboard("{Tab}{Enter}");
    await eventually(() => kernel.asked("collect").at(-1)).toMatchObject({
      collection: "Opening shots",
      shared: true,
    });
    await button(/^Shared/).click();
    await eventually(() => kernel.asked("share_collection").at(-1)).toMatchObject({ shared: false });
    await expect.element(page.getByRole("checkbox", { name: "Opening shots 1 · only you" })).toBeChecked();
    await button("Undo").click();
    await eventually(() => kernel.asked("uncollect").at(-1)).toMatchObject({ discard: true });
    await eventually(() => words(el, ".rk-collect")).toContain("There is none yet");
  });

  test("take in what is selected: one, or several side by side", async () => {
    const { el, kernel } = mountTeam({ collections });
    el.querySelector<HTMLElement>('[data-take="take-0"] .rk-select')?.click();
    await eventually(() => el.querySelector(".rk-selection")).not.toBeNull();
    await open();
    await userEvent.keyboard("{Escape}");
    el.querySelector<HTMLElement>('[data-take="take-2"] .rk-select')?.click();
    await eventually(() => el.querySelector(".rk-compare")).not.toBeNull();
    await open();
    await page.getByRole("checkbox", { name: /^selects/ }).click();
    await eventually(() => kernel.asked("collect").at(-1)?.takes).toEqual(["take-0", "take-2"]);
    await eventually(() => words(el, ".rk-rejected")).toContain("Added 2 takes to selects");
  });

  test("say why where what another has added is to be taken out", async () => {
    const why = "Ana added this take to boats. Only Ana or an administrator can remove it.";
    const takes = [take({ id: "theirs", team: ofTeam("Ana", { collections: ["boats"] }) }), ...library];
    const { el } = mountTeam({ collections, takes }, (kernel) => {
      kernel.handlers.uncollect = async () => {
        throw new Error(why);
      };
    });
    await show().selectOptions("all");
    await opened(el, "theirs");
    await open();
    await page.getByRole("checkbox", { name: /^boats/ }).click();
    await eventually(() => words(el, ".rk-collect .rk-notice")).toContain(why);
    await expect.element(page.getByRole("checkbox", { name: /^boats/ })).toBeChecked();
  });

  for (const theme of ["light", "dark"])
    test(`axe finds nothing where they are chosen, ${theme}`, async () => {
      document.body.dataset.jpThemeLight = String(theme === "light");
      const others = [{ person: "Ana", rating: 3, verdict: null, note: "Slower." }];
      const takes = [take({ id: "t", team: ofTeam("Ana", { others, collections: ["boats"] }) }), ...library];
      const { el } = mountTeam({ collections, takes });
      await show().selectOptions("all");
      await opened(el, "t");
      await open();
      await page.getByRole("checkbox", { name: /^shots/ }).click();
      await eventually(() => el.querySelector(".rk-rejected")).not.toBeNull();
      const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
      document.body.removeAttribute("data-jp-theme-light");
      expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
    });
});

describe("what another has asked for already", () => {
  test("is said where it is generated, kept or still being made", async () => {
    const told = "Ana made this on 12 November; not charged again.";
    const { el, kernel } = mountTeam({}, (kernel) => {
      kernel.handlers.generate = async () => ({ value: { job: "take-1", kept: true, told } });
    });
    await page.getByRole("textbox", { name: "Prompt" }).fill("A slow pan");
    await button("Generate").click();
    await eventually(() => announced(el)).toBe(told);
    expect(words(el, ".rk-at-form")).toContain(told);
    const joined = "Ana is making this; it is joined. No extra charge.";
    kernel.handlers.generate = async () => {
      kernel.set("jobs", [job({ id: "joined", note: joined })]);
      return { value: { job: "joined", kept: false, told: joined } };
    };
    await button("Generate").click();
    await eventually(() => words(el, ".rk-at-form")).toContain(joined);
    await eventually(() => words(el, ".rk-at-stage")).toContain(joined);
  });
});
