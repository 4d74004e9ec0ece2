import { describe, expect, test } from "vitest";
import { page } from "vitest/browser";
import { eventually, mountProgress } from "../mounted";
import { job } from "../samples";

const KEPT = job({ state: "kept", stage: "Kept", can_cancel: false });
const html = '<div><video controls title="A dolly in"></video><a href="#">film.mp4</a></div>';

describe("the progress of a cell whose output is not replaced", () => {
  test("shows the take itself at the end", async () => {
    const { kernel, el } = mountProgress(job(), (kernel) => {
      kernel.handlers.result = async () => ({ value: { html } });
    });
    await expect.element(page.getByText("Making the video")).toBeVisible();
    kernel.set("job", KEPT);
    await eventually(() => el.querySelector("video")?.title).toBe("A dolly in");
    await expect.element(page.getByRole("link", { name: "film.mp4" })).toBeVisible();
    expect(el.querySelector(".rk-job")).toBeNull();
    expect(kernel.asked("result")).toHaveLength(1);
  });

  test("shows it in a page that is loaded after the end, and in each of its views", async () => {
    const { show, el } = mountProgress(KEPT, (kernel) => {
      kernel.handlers.result = async () => ({ value: { html } });
    });
    const second = show();
    await eventually(() => [el, second.el].every((view) => view.querySelector("video"))).toBe(true);
  });

  test("says where it cannot be had", async () => {
    mountProgress(KEPT, (kernel) => {
      kernel.handlers.result = async () => {
        throw new Error("The library is on a drive that is not there.");
      };
    });
    await expect.element(page.getByText(/The take is kept, and could not be shown/).first()).toBeVisible();
  });

  test("asks for nothing where the output was replaced, or the job has left none", async () => {
    const replaced = mountProgress(job());
    replaced.kernel.set("job", KEPT);
    replaced.close();
    const failed = mountProgress(
      job({ state: "failed", stage: "Failed", error: "Refused.", can_cancel: false }),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(replaced.kernel.asked("result")).toEqual([]);
    expect(failed.kernel.asked("result")).toEqual([]);
    await expect.element(page.getByText("Refused.").first()).toBeVisible();
  });
});
