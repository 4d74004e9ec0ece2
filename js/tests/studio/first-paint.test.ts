import { type ComponentType, options, type VNode } from "preact";
import { expect, test } from "vitest";
import { mountStudio } from "../mounted";
import { image, job, take, veo } from "../samples";

/** Preact's own hook, called whenever it draws a component. */
const hooks = options as { __r?: (vnode: VNode) => void };

/** How often each component was drawn, by its name. */
async function drawn(work: () => Promise<unknown>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const usual = hooks.__r;
  hooks.__r = (vnode) => {
    const { name } = vnode.type as ComponentType;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    usual?.(vnode);
  };
  try {
    await work();
  } finally {
    if (usual) hooks.__r = usual;
  }
  return counts;
}

test("a studio's parts are each drawn once before it is first seen", async () => {
  const counts = await drawn(async () => {
    const form = { endpoint: veo.id, prompt: "Slow dolly in", settings: {} };
    mountStudio({ images: [image()], form, jobs: [job()], takes: [take({ id: "a" })] }, (kernel) => {
      // What it answers is drawn, too.
      kernel.silent = true;
    });
    await new Promise(requestAnimationFrame);
  });
  for (const part of ["Studio", "Compose", "Prompt", "Poster", "Wall", "Head"])
    expect(counts.get(part), part).toBe(1);
  expect(counts.get("Options"), "measured where they have no room on their lines").toBeLessThanOrEqual(2);
});

test("what the kernel says draws only what shows it", async () => {
  const { kernel } = mountStudio({ takes: [take({ id: "a" })] });
  await new Promise((resolve) => setTimeout(resolve, 600));
  const counts = await drawn(async () => {
    kernel.set("day", { made: 3, reused: 1, spent: "$1.20", per_second: null, budget: null });
    await new Promise(requestAnimationFrame);
  });
  expect([...counts.keys()]).toEqual(["Day"]);
});
