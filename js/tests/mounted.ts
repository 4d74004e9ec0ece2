import { expect } from "vitest";
import { page } from "vitest/browser";
import judge from "../src/judge";
import type { ProgressTraits, SeveralTraits, Take } from "../src/kernel/protocol";
import progress from "../src/progress";
import studio from "../src/studio";
import judgeSheet from "../src/style/judge.css?inline";
import sheet from "../src/style/reka.css?inline";
import { FakeKernel } from "./fake-kernel";
import { job, type Shown, traits } from "./samples";

const undo: (() => void)[] = [];

/** Closes what a test has shown, and forgets what the page was to remember. */
export function tidy(): void {
  for (const step of undo.splice(0).reverse()) step();
  sessionStorage.clear();
  localStorage.clear();
}

/** One place that a widget is shown in. */
export interface View {
  el: HTMLElement;
  /** Takes this place away, as `clear_output` does. */
  remove(): void;
}

/** A widget on a page, as a host makes it: initialize once, render as often as it is shown. */
export interface Mounted {
  kernel: FakeKernel;
  /** The first place it is shown in. */
  view: View;
  el: HTMLElement;
  show(container?: HTMLElement | ShadowRoot): View;
  /** Closes the widget and all its views. */
  close(): void;
}

/** Has the next studio show a finished sweep as a grid, as one that a person unfolded before the page was loaded again. */
export const unfolded = (sweep = "sweep-1") => sessionStorage.setItem("rk-sweep:m1", JSON.stringify(sweep));

/** Shows the studio; `about` changes its traits, `prepare` the kernel behind it. */
export function mountStudio(about: Partial<Shown> = {}, prepare?: (kernel: FakeKernel) => void): Mounted {
  return mountWidget(
    studio(),
    new FakeKernel({ ...traits(about), sheet, layout: { model_id: "m1" } }),
    prepare,
  );
}

export function mountProgress(about: ProgressTraits["job"] = job(), prepare?: (kernel: FakeKernel) => void) {
  return mountWidget(progress(), new FakeKernel({ job: about, sheet, layout: { model_id: "m2" } }), prepare);
}

export function mountSeveral(about: Omit<SeveralTraits, "sheet">, prepare?: (kernel: FakeKernel) => void) {
  return mountWidget(progress(), new FakeKernel({ ...about, sheet, layout: { model_id: "m3" } }), prepare);
}

/** Shows a cell that judges these takes. */
export function mountJudge(takes: Take[], prepare?: (kernel: FakeKernel) => void) {
  const whole = `${sheet}\n${judgeSheet}`;
  const kernel = new FakeKernel({ count: takes.length, sheet: whole, layout: { model_id: "m4" } });
  kernel.shelf = takes;
  return mountWidget(judge(), kernel, prepare);
}

type Widget = ReturnType<typeof judge> | ReturnType<typeof studio> | ReturnType<typeof progress>;

export function mountWidget(
  widget: Widget,
  kernel: FakeKernel,
  prepare?: (kernel: FakeKernel) => void,
): Mounted {
  prepare?.(kernel);
  const views: View[] = [];
  const destroy = widget.initialize({ model: kernel.model() as never });
  function show(container: HTMLElement | ShadowRoot = document.body): View {
    const el = document.createElement("div");
    container.append(el);
    const abort = new AbortController();
    const dispose = widget.render({ model: kernel.model() as never, el, signal: abort.signal });
    const remove = () => {
      abort.abort();
      dispose();
      el.remove();
    };
    const view = { el, remove };
    views.push(view);
    return view;
  }
  const close = () => {
    for (const view of views.splice(0)) view.remove();
    destroy();
  };
  undo.push(close);
  const view = show();
  return { kernel, view, el: view.el, show, close };
}

/** Shorthands that wait for what they look for. */
export const button = (name: string | RegExp) => page.getByRole("button", { name });
export const prompt = () => page.getByRole("textbox", { name: "Prompt" });

/** Waits until `check` holds. */
export const eventually = (check: () => unknown, timeout = 15_000) =>
  expect.poll(check, { timeout, interval: 10 });
