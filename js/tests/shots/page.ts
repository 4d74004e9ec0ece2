// The page that take.mjs opens: it shows one scene of the front end on a fake kernel.
import progress from "../../src/progress";
import studio from "../../src/studio";
import { FakeKernel } from "../fake-kernel";
import { traits } from "../samples";
import { scenes } from "./states";

declare global {
  interface Window {
    show(name: string): Promise<void>;
    scenes: string[];
  }
}

window.scenes = Object.keys(scenes);
window.show = async (name) => {
  const scene = scenes[name];
  if (!scene) throw new Error(`No scene ${name}.`);
  const kernel = new FakeKernel({ ...traits(), ...scene.traits });
  scene.prepare?.(kernel);
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const widget = scene.view === "progress" ? progress() : studio();
  widget.initialize({ model: kernel.model() as never });
  widget.render({ model: kernel.model() as never, el });
  await pause(250);
  await scene.act?.({
    kernel,
    root: el,
    press(name) {
      [...el.querySelectorAll("button")].find((button) => button.textContent?.startsWith(name))?.click();
    },
  });
  await pause(450);
};

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
