import axe from "axe-core";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { chainTakes, older } from "../chains";
import { family } from "../families";
import { button, eventually, mountProgress, mountStudio } from "../mounted";
import { boxed, everyTask, image, job, pictures, speech, take, veo } from "../samples";

async function violations(el: HTMLElement) {
  // Rules about a whole page say nothing about a part of one.
  const { violations } = await axe.run(el, { rules: { region: { enabled: false } } });
  return violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
}

for (const theme of ["light", "dark"] as const) {
  const inTheme = (name: string, body: () => Promise<void>) =>
    test(`axe finds nothing in ${name}, ${theme}`, async () => {
      document.body.dataset.jpThemeLight = String(theme === "light");
      const page = document.documentElement.style;
      const dark = theme === "dark";
      page.setProperty("--jp-layout-color1", dark ? "#212121" : "#fff");
      page.setProperty("--jp-ui-font-color1", dark ? "#fff" : "rgba(0,0,0,.87)");
      page.setProperty("--jp-brand-color1", dark ? "#64b5f6" : "#1976d2");
      try {
        await body();
      } finally {
        document.body.removeAttribute("data-jp-theme-light");
        document.documentElement.removeAttribute("style");
      }
    });

  inTheme("the empty studio", async () => {
    const { el } = mountStudio({ service: { name: "", url: "", sandbox: true, problem: "No key is set." } });
    expect(await violations(el)).toEqual([]);
  });

  inTheme("the studio without a key", async () => {
    const service = { name: "", url: "", sandbox: false, problem: null, lacks_key: true };
    const { el } = mountStudio({ service: { ...service, keyring_problem: "This machine has no keyring." } });
    await expect.element(page.getByLabelText("API key", { exact: true })).toBeVisible();
    expect(await violations(el)).toEqual([]);
  });

  inTheme("the full studio", async () => {
    const { el } = mountStudio({
      form: { endpoint: veo.id, prompt: "A slow pan", settings: { seed: -1, aspect_ratio: "16:9" } },
      images: [image()],
      day: {
        ...{ made: 31, reused: 9, spent: null, per_second: "$0.21" },
        budget: { words: "$6.20 of $20", share: 0.31 },
      },
      jobs: [job(), job({ id: "2", state: "failed", error: "No.", can_cancel: false })],
      takes: [take(), take({ id: "take-2" })],
    });
    await button(/^More/).click();
    el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
    await eventually(() => el.querySelector("video")).not.toBeNull();
    await button("Generate").click();
    expect(await violations(el)).toEqual([]);
  });

  inTheme("each of the four words, empty and filled in", async () => {
    for (const images of [[], [image()]]) {
      const { el, close } = mountStudio({ endpoints: everyTask, images, takes: [], jobs: [] });
      for (const word of ["Image", "Speech", "Boxes", "Video"]) {
        await page.getByRole("radiogroup", { name: "What to make" }).getByText(word, { exact: true }).click();
        await expect.element(page.getByRole("radio", { name: word, exact: true })).toBeChecked();
        expect(await violations(el), word).toEqual([]);
      }
      close();
    }
  });

  inTheme("what is unfolded", async () => {
    const { el } = mountStudio({ takes: [take()] }, (kernel) => {
      kernel.prompts = ["A gull rises"];
    });
    el.querySelector<HTMLButtonElement>(".rk-take")?.click();
    await button("Details and more").click();
    await eventually(() => el.querySelector("summary")).not.toBeNull();
    for (const summary of el.querySelectorAll("summary")) summary.click();
    await button("Details of what is unverified").click();
    expect(await violations(el)).toEqual([]);
    await button("Prompt history").click();
    await eventually(() => el.querySelectorAll("[role=menuitem]").length).toBe(2);
    expect(await violations(el)).toEqual([]);
  });

  inTheme("the ways of an image in", async () => {
    const { el } = mountStudio({ images: [image()], takes: [take()] });
    el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
    await button("Replace").click();
    expect(await violations(el)).toEqual([]);
    await button("Use camera").click();
    await eventually(() => el.querySelector(".rk-camera video")).not.toBeNull();
    expect(await violations(el)).toEqual([]);
  });

  inTheme("the comparison", async () => {
    const { el } = mountStudio({
      takes: [take({ has_audio: true }), take({ id: "take-2", prompt: "Pan left", pinned: true })],
    });
    for (const toggle of el.querySelectorAll<HTMLButtonElement>(".rk-select")) toggle.click();
    await eventually(() => el.querySelectorAll("video").length).toBe(2);
    expect(await violations(el)).toEqual([]);
    await button(/^Blink/).click();
    await eventually(() => el.querySelector(".rk-wipe")).not.toBeNull();
    expect(await violations(el)).toEqual([]);
  });

  inTheme("takes of every kind", async () => {
    const { el } = mountStudio({
      endpoints: everyTask,
      takes: [boxed(), speech(), pictures(4), take({ has_audio: true })],
    });
    const open = async (id: string, there: string) => {
      el.querySelector<HTMLButtonElement>(`[data-take="${id}"] .rk-take`)?.click();
      await eventually(() => el.querySelector(there)).not.toBeNull();
      expect(await violations(el), id).toEqual([]);
    };
    await open("pictures", ".rk-file img");
    await open("boxed", ".rk-box");
    await open("speech", ".rk-wave audio");
    await button("Put under a video").click();
    await eventually(() => el.querySelector(".rk-under-take img")).not.toBeNull();
    expect(await violations(el)).toEqual([]);
    await open("take-1", "video");
  });

  inTheme("a chain with what is based on an older pick, and the takes of a step", async () => {
    const { el } = mountStudio(
      { endpoints: everyTask, takes: chainTakes, images: [image()], opened: "shot-2" },
      (kernel) => {
        kernel.handlers.chain = async () => ({ value: { steps: older, more: 2 } });
      },
    );
    await eventually(() => el.querySelectorAll(".rk-step-picture img").length).toBe(5);
    expect(await violations(el)).toEqual([]);
    el.querySelectorAll<HTMLElement>(".rk-step-card")[3]?.click();
    await eventually(() => el.querySelector(".rk-step-chip")).not.toBeNull();
    expect(await violations(el)).toEqual([]);
  });

  inTheme("a family", async () => {
    const { el } = mountStudio({ endpoints: everyTask, takes: chainTakes, opened: "shot-2" }, (kernel) => {
      kernel.handlers.family = async () => ({ value: family });
    });
    await button("Family").click();
    await eventually(() => el.querySelectorAll(".rk-member img").length).toBeGreaterThan(2);
    el.querySelectorAll<HTMLElement>(".rk-member .rk-select")[2]?.click();
    await eventually(() => el.querySelector(".rk-member .rk-select b")).not.toBeNull();
    expect(await violations(el)).toEqual([]);
  });

  inTheme("takes that are culled, and the list of keys", async () => {
    const { el } = mountStudio({
      takes: [
        take({ verdict: "picked", rating: 2 }),
        take({ id: "take-2", prompt: "Pan left" }),
        take({ id: "take-3", prompt: "Pan right" }),
        speech(),
      ],
    });
    const posters = el.querySelectorAll<HTMLElement>(".rk-take");
    posters[1]?.focus();
    await userEvent.keyboard("x");
    await eventually(() => el.querySelector(".rk-rejected")).not.toBeNull();
    await userEvent.hover(posters[0] as HTMLElement, { position: { x: 60, y: 9 } });
    await eventually(() => el.querySelector(".rk-poster-buttons")).not.toBeNull();
    expect(await violations(el)).toEqual([]);
    await userEvent.keyboard("?");
    await expect.element(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    expect(await violations(el)).toEqual([]);
    await userEvent.keyboard("{Escape}");
    for (const toggle of el.querySelectorAll<HTMLElement>(".rk-select")) toggle.click();
    await eventually(() => el.querySelector(".rk-tray")).not.toBeNull();
    el.querySelector(".rk-tray")?.scrollIntoView(); // it asks for its pictures where it is seen
    await eventually(() => el.querySelectorAll(".rk-tray img").length).toBe(3);
    expect(await violations(el.querySelector<HTMLElement>(".rk-tray") as HTMLElement)).toEqual([]);
  });

  inTheme("the progress of a job", async () => {
    expect(await violations(mountProgress().el)).toEqual([]);
  });
}
