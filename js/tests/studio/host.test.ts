import { afterEach, describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountProgress, mountStudio, prompt } from "../mounted";
import { image, job, take, veo } from "../samples";

const ready = { images: [image()], form: { endpoint: veo.id, prompt: "Slow dolly in", settings: {} } };

afterEach(() => {
  document.body.removeAttribute("data-jp-theme-light");
  document.body.removeAttribute("class");
  vi.useRealTimers();
});

describe("the keyboard", () => {
  test("Ctrl or Cmd with Enter generates, from the prompt and from an option", async () => {
    const { kernel } = mountStudio(ready);
    await prompt().click();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await eventually(() => kernel.asked("generate").length).toBe(1);
    await button(/^More/).click();
    await page.getByRole("spinbutton", { name: "Seed" }).fill("7");
    await userEvent.keyboard("{Meta>}{Enter}{/Meta}");
    await eventually(() => kernel.asked("generate").map((request) => request.settings)).toEqual([
      {},
      { seed: 7 },
    ]);
  });

  test("Enter is a new line, and no key reaches the host", async () => {
    const { kernel, el } = mountStudio(ready);
    const reached = vi.fn();
    document.addEventListener("keydown", reached);
    try {
      await prompt().click();
      await userEvent.keyboard("{End}{Enter}b{Shift>}{Enter}{/Shift}{Escape}");
      await expect.element(prompt()).toHaveValue("Slow dolly in\nb\n");
    } finally {
      document.removeEventListener("keydown", reached);
    }
    expect(reached).not.toHaveBeenCalled();
    expect(el.querySelector(".rk-root")?.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
    expect(kernel.asked("generate")).toHaveLength(0);
  });

  test("Enter in a number or in the address does not generate", async () => {
    const { kernel } = mountStudio({ form: ready.form });
    await button("Use a URL").click();
    await page.getByRole("textbox", { name: "Image URL" }).fill("https://example.org/a.jpg");
    await userEvent.keyboard("{Enter}");
    await eventually(() => kernel.asked("image_url").length).toBe(1);
    await button(/^More/).click();
    await page.getByRole("spinbutton", { name: "Seed" }).fill("7");
    await userEvent.keyboard("{Enter}");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kernel.asked("generate")).toHaveLength(0);
  });

  test("reaches everything in order", async () => {
    mountStudio({ ...ready, jobs: [job()], takes: [take()] });
    const order: string[] = [];
    for (let step = 0; step < 22; step++) {
      await userEvent.tab();
      const element = document.activeElement as HTMLElement;
      if (element === document.body) break;
      order.push(
        element.closest("label")?.querySelector(".rk-name")?.textContent ??
          (element.closest("label.rk-output") ?? element).textContent ??
          "",
      );
    }
    // Without the keys behind the button's words, which a price may part from its name
    expect(order.map((name) => name.split(/[( ]|Ctrl|⌘/)[0])).toEqual([
      "Video", // what to make: one stop, within which the arrow keys go
      "Replace",
      "Remove",
      "", // the prompt
      "Prompt",
      "{{dawn|dusk}}", // the hint of alternatives, and what puts it away
      "Put",
      "Suggest",
      "Model",
      "Duration",
      "Resolution",
      "More",
      "Generate",
      "×2",
      "×4",
      "Details",
      "Cancel:",
      "about", // how long the job takes yet, on the wall
      "?",
    ]);
  });
});

describe("without a kernel", () => {
  test("the studio says that it is gone and asks nothing more of it", async () => {
    const { kernel, el } = mountStudio({ ...ready, jobs: [job()] });
    await eventually(() => kernel.asked("ping").length).toBe(1);
    kernel.gone = true;
    // In the same step: whatever else the studio asks of the kernel first disables the button
    el.querySelector<HTMLButtonElement>(".rk-go")?.click();
    await expect.element(page.getByText("Kernel stopped.").first()).toBeVisible();
    const before = kernel.requests.length;
    el.querySelector<HTMLButtonElement>(".rk-go")?.click();
    el.querySelector<HTMLButtonElement>(".rk-job button")?.click();
    expect(kernel.requests.length).toBe(before);
    await expect.element(button("Replace")).toBeDisabled();
    await expect.element(prompt()).toBeEnabled();
    expect(el.querySelector(".rk-job-times")).toBeNull();
  });

  test("a busy one is said to be silent, and the studio comes back with its first word", async () => {
    vi.useFakeTimers();
    const { kernel, el } = mountStudio({ ...ready, jobs: [job()] }, (kernel) => {
      kernel.silent = true;
    });
    await vi.advanceTimersByTimeAsync(10_100);
    expect(el.textContent).toContain("Kernel busy.");
    kernel.silent = false;
    kernel.set("jobs", [job({ stage: "Fetching the file", state: "fetching" })]);
    await vi.advanceTimersByTimeAsync(10);
    expect(el.textContent).not.toContain("Kernel busy.");
  });

  test("it is asked every 2 s while a job runs, else every 10 s", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const { kernel } = mountStudio({ ...ready, jobs: [job()] }, (kernel) => {
      kernel.latency = 1;
    });
    await vi.advanceTimersByTimeAsync(6500);
    expect(kernel.asked("ping")).toHaveLength(4);
    kernel.set("jobs", []);
    await vi.advanceTimersByTimeAsync(2500);
    const before = kernel.asked("ping").length;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(kernel.asked("ping").length - before).toBe(2);
  });

  test("the progress of a finished job asks once for what it left, and then nothing", async () => {
    vi.useFakeTimers();
    const { kernel } = mountProgress(job({ state: "kept", can_cancel: false, image: null }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(kernel.requests.map(({ type }) => type)).toEqual(["result"]);
  });
});

describe("two views of one studio", () => {
  test("share what is typed, one connection and one heartbeat", async () => {
    const widget = mountStudio(ready);
    const listening = widget.kernel.listening;
    const second = widget.show();
    expect(widget.kernel.listening).toBe(listening);
    const [one, two] = [widget.el, second.el].map((el) => el.querySelector("textarea"));
    await userEvent.fill(one as HTMLElement, "Typed in the first");
    await eventually(() => two?.value).toBe("Typed in the first");
    second.el.querySelector<HTMLButtonElement>(".rk-go")?.click();
    await eventually(() => widget.kernel.asked("generate").map((request) => request.prompt)).toEqual([
      "Typed in the first",
    ]);
    expect(widget.kernel.asked("ping")).toHaveLength(1);
  });

  test("have labels of their own, also beside another studio", () => {
    const first = mountStudio(ready);
    first.show();
    mountStudio(ready);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const box of document.querySelectorAll<HTMLTextAreaElement>(".rk-prompt"))
      expect([...box.labels].map((label) => label.textContent)).toEqual(["Prompt"]);
  });

  test("speak with one voice", async () => {
    const widget = mountStudio({ form: ready.form });
    const second = widget.show();
    await button("Generate").first().click();
    const said = [widget.el, second.el].map((el) => el.querySelector("[aria-live]"));
    await eventually(() => said.map((region) => region?.textContent)).toEqual([
      "Veo 3.1 needs an image.",
      "",
    ]);
  });

  test("one goes and the other works on; both gone, and nothing is left", async () => {
    const before = document.body.childElementCount;
    const widget = mountStudio(ready);
    const second = widget.show();
    second.remove();
    await button("Generate").click();
    await eventually(() => widget.kernel.asked("generate").length).toBe(1);
    widget.close();
    expect(widget.kernel.listening).toBe(0);
    expect(document.body.childElementCount).toBe(before);
  });
});

test("markup in prompts, names and errors is text", async () => {
  const evil = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
  const { el } = mountStudio({
    ...ready,
    form: { ...ready.form, prompt: evil },
    images: [image({ name: evil, sends: evil })],
    jobs: [job({ prompt: evil, stage: evil }), job({ id: "2", state: "failed", error: evil, note: evil })],
    takes: [take({ prompt: evil, title: evil, file: evil })],
    service: { name: evil, url: evil, sandbox: false, problem: evil },
  });
  el.querySelector<HTMLButtonElement>(".rk-take:not(.rk-job-tile)")?.click();
  await eventually(() => el.querySelector("video")).not.toBeNull();
  expect(el.querySelectorAll("script, img[src=x]")).toHaveLength(0);
  expect("pwned" in window).toBe(false);
  expect([...el.querySelectorAll(".rk-job-tile .rk-take-caption")].map((one) => one.textContent)).toContain(
    evil,
  );
});

describe("the host's theme", () => {
  const theme = (el: HTMLElement) => el.querySelector<HTMLElement>(".rk-root")?.dataset.rkTheme;

  test("JupyterLab's and VS Code's are followed when they change", async () => {
    const { el } = mountStudio();
    expect(theme(el)).toBe("light");
    document.body.dataset.jpThemeLight = "false";
    await eventually(() => theme(el)).toBe("dark");
    delete document.body.dataset.jpThemeLight;
    document.body.className = "vscode-dark";
    await eventually(() => theme(el)).toBe("dark");
    document.body.className = "vscode-light";
    await eventually(() => theme(el)).toBe("light");
  });

  test("an unknown host's is seen by the background it gives, in a shadow root too", async () => {
    const host = document.createElement("div");
    host.style.setProperty("--background", "#121212");
    document.body.append(host);
    const shadow = host.attachShadow({ mode: "open" });
    for (const style of document.querySelectorAll("style")) shadow.append(style.cloneNode(true));
    const widget = mountStudio(ready);
    const view = widget.show(shadow as unknown as HTMLElement);
    expect(theme(view.el)).toBe("dark");
    view.el.querySelector<HTMLButtonElement>(".rk-go")?.click();
    await eventually(() => widget.kernel.asked("generate").length).toBe(1);
    host.remove();
  });
});

describe("the style", () => {
  const sheets = (place: ParentNode) => place.querySelectorAll("style").length;

  test("is put into the document once, whatever is shown", () => {
    const { el } = mountStudio();
    const count = sheets(document);
    mountStudio().show();
    mountProgress();
    expect(sheets(document)).toBe(count);
    expect(getComputedStyle(el.querySelector(".rk-card") as Element).borderStyle).toBe("solid");
  });

  test("is put into a shadow root, also where the element comes into it later", async () => {
    const widget = mountStudio();
    const place = document.createElement("div");
    document.body.append(place);
    const shadow = place.attachShadow({ mode: "open" });
    const later = document.createElement("div");
    widget.show(later);
    expect(sheets(shadow)).toBe(0);
    shadow.append(later);
    await eventually(() => sheets(shadow)).toBe(1);
    const { el } = widget.show(shadow);
    expect(sheets(shadow)).toBe(1);
    expect(getComputedStyle(el.querySelector(".rk-card") as Element).borderStyle).toBe("solid");
    place.remove();
  });
});

test("an output scrolls as JupyterLab lets it, but not in a cell, where what stays in sight sticks to the page", async () => {
  const lab = document.createElement("style");
  lab.textContent = ".jp-OutputArea-child { overflow: hidden } .jp-OutputArea-output { overflow: auto }";
  document.head.append(lab);
  const mounted = mountStudio(ready);
  const within = (host: string) => {
    const outer = document.createElement("div");
    outer.className = host;
    outer.innerHTML = '<div class="jp-OutputArea-child"><div class="jp-OutputArea-output"></div></div>';
    document.body.append(outer);
    mounted.show(outer.querySelector(".jp-OutputArea-output") as HTMLElement);
    const overflow = [...outer.querySelectorAll(".jp-OutputArea-child, .jp-OutputArea-output")].map(
      (frame) => getComputedStyle(frame).overflow,
    );
    outer.remove();
    return overflow;
  };
  try {
    expect(within("jp-CodeCell")).toEqual(["visible", "visible"]);
    expect(within("jp-CodeCell jp-mod-outputsScrolled")).toEqual(["hidden", "auto"]);
    expect(within("jp-LinkedOutputView")).toEqual(["hidden", "auto"]);
  } finally {
    lab.remove();
  }
});
