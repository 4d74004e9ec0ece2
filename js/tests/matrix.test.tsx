import { afterEach, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Matrix } from "../src/compare/Matrix";
import { openSession } from "../src/studio/session";
import { mount } from "../src/view/frame";
import { FakeKernel } from "./fake-kernel";
import { eventually } from "./mounted";
import { frameShown, NUMBERED } from "./numbered";
import { take, traits } from "./samples";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

test("rows and columns have headings, what is not made yet has its words, and all play in step", async () => {
  const kernel = new FakeKernel(traits());
  kernel.handlers.media = async () => ({
    value: { media_type: "video/mp4", name: "x.mp4" },
    buffers: [await (await fetch(NUMBERED.quick.url)).arrayBuffer()],
  });
  const session = openSession(kernel.model() as never);
  const el = document.createElement("div");
  document.body.append(el);
  const cell = (row: number, column: number) =>
    row && column ? { shown: "Waiting" } : take({ id: `${row}-${column}`, duration: 2, fps: 30 });
  const view = (
    <Matrix session={session} label="Sweep" columns={["slow", "fast"]} rows={["dawn", "noon"]} cell={cell} />
  );
  undo.push(mount(el, undefined, view), () => el.remove(), session.close);
  const videos = () => [...el.querySelectorAll("video")];
  await eventually(() => videos().filter((one) => one.readyState >= 2).length, 5000).toBe(3);
  expect([...el.querySelectorAll("th")].map((one) => one.textContent)).toEqual([
    "slow",
    "fast",
    "dawn",
    "noon",
  ]);
  expect(el.textContent).toContain("Waiting");
  el.querySelector<HTMLElement>(".rk-matrix")?.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  await eventually(() => videos().map((one) => !one.seeking && frameShown(one))).toEqual([2, 2, 2]);
  await userEvent.keyboard(" ");
  await eventually(() => videos().every((one) => one.currentTime > 0.5), 5000).toBe(true);
});
