import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { button, eventually, mountStudio } from "../mounted";
import { take } from "../samples";

const takes = [take({ id: "a" }), take({ id: "b" })];
const keys = () => page.getByRole("dialog", { name: "Keys" });

test("the second script is asked for once, after the first paint, and before anybody needs it", async () => {
  const { kernel, show } = mountStudio({ takes });
  show();
  await new Promise(requestAnimationFrame);
  expect(kernel.asked("late")).toEqual([]);
  await eventually(() => kernel.asked("late").length).toBe(1);
  await eventually(() => document.head.textContent?.includes(".rk-keys-list")).toBe(true);
  await button("? keys").first().click();
  await expect.element(keys()).toBeVisible();
  expect(kernel.asked("late").length).toBe(1);
});

test("what is wanted before it is there waits for it, in its place", async () => {
  let answer = () => {};
  const { kernel, el } = mountStudio({ takes }, (kernel) => {
    const { late } = kernel.handlers;
    kernel.handlers.late = async (...asked) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return late(...asked);
    };
  });
  const stage = el.querySelector(".rk-stage") as HTMLElement;
  const { height } = stage.getBoundingClientRect();
  (el.querySelector('[data-take="a"] .rk-take') as HTMLElement).click();
  await eventually(() => kernel.asked("late").length).toBe(1);
  await new Promise(requestAnimationFrame);
  expect(stage.getBoundingClientRect().height).toBe(height);
  answer();
  await expect.element(page.getByRole("article", { name: "Player" })).toBeVisible();
  expect(stage.getBoundingClientRect().height).toBe(height);
});

test("a second script that does not come is said in words, and asked for again", async () => {
  const { kernel } = mountStudio({ takes }, (kernel) => {
    const { late } = kernel.handlers;
    kernel.handlers.late = async () => {
      kernel.handlers.late = late;
      throw new Error("The kernel does not know this request.");
    };
  });
  await eventually(() => kernel.replied).toBeGreaterThan(0);
  await eventually(() => kernel.asked("late").length).toBe(1);
  kernel.handlers.late = async () => {
    throw new Error("It is not there.");
  };
  await button("? keys").click();
  await expect.element(page.getByText("did not load: It is not there.")).toBeVisible();
  expect(kernel.asked("late").length).toBe(2);
  kernel.handlers.late = kernel.usual().late;
  await button("Try again").click();
  await expect.element(keys()).toBeVisible();
});
