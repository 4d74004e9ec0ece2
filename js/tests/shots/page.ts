// The page that take.mjs opens: it shows one scene of the front end on a fake kernel.
import judge from "../../src/judge";
import progress from "../../src/progress";
import studio from "../../src/studio";
import judgeSheet from "../../src/style/judge.css?inline";
import { FakeKernel } from "../fake-kernel";
import { traits } from "../samples";
import { scenes } from "./states";

declare global {
  interface Window {
    show(name: string): Promise<void>;
    /** Milliseconds from asking for a scene to the frame in which it is first seen. */
    paint(name: string): Promise<number>;
    scenes: string[];
  }
}

window.scenes = Object.keys(scenes);
let close = () => {};

function draw(name: string) {
  const scene = scenes[name];
  if (!scene) throw new Error(`No scene ${name}.`);
  close();
  sessionStorage.clear();
  if (scene.unfolded) sessionStorage.setItem("rk-sweep:shots", JSON.stringify("sweep-1"));
  const layout = { model_id: "shots" };
  const kernel = new FakeKernel({
    ...traits(scene.traits),
    sheet: scene.view === "judge" ? judgeSheet : "",
    layout,
    ...scene.traits,
  });
  scene.prepare?.(kernel);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const widget = scene.view === "progress" ? progress() : scene.view === "judge" ? judge() : studio();
  close = widget.initialize({ model: kernel.model() as never });
  widget.render({ model: kernel.model() as never, el });
  return { scene, kernel, el };
}

window.paint = async (name) => {
  const before = performance.now();
  draw(name);
  // The first task behind a frame: what it shows is painted by then.
  await new Promise<void>((resolve) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(null);
    }),
  );
  return performance.now() - before;
};

window.show = async (name) => {
  const { scene, kernel, el } = draw(name);
  await quiet(kernel);
  await scene.act?.({
    kernel,
    root: el,
    press(name) {
      const buttons = [...el.querySelectorAll("button")];
      const named = (button: Element) => button.textContent === name;
      (buttons.find(named) ?? buttons.find((button) => button.textContent?.startsWith(name)))?.click();
    },
  });
  await quiet(kernel);
};

/** Waits until nothing more is asked, and what was asked is drawn. */
async function quiet(kernel: FakeKernel): Promise<void> {
  for (let before = -1; before !== kernel.requests.length + kernel.replied; ) {
    before = kernel.requests.length + kernel.replied;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const drawn = [...document.images].map((image) => image.decode().catch(() => {}));
  await Promise.all(drawn);
}
