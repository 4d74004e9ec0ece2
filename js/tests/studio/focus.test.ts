import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { button, eventually, mountStudio, prompt } from "../mounted";
import { image, veo } from "../samples";

const ready = { images: [image()], form: { endpoint: veo.id, prompt: "Pan", settings: { duration: "4s" } } };

/** The focused element, which must lie in the studio and must not be a button. */
function focus(el: HTMLElement): Element | null {
  const element = document.activeElement;
  expect(el.contains(element) && el !== element).toBe(true);
  expect(element?.tagName).not.toBe("BUTTON");
  return element;
}

describe("the focus stays in the studio, and on nothing that a second press would press", () => {
  test("when Remove takes the image and itself away", async () => {
    const { el } = mountStudio(ready);
    await button("Remove").click();
    await eventually(() => el.querySelector(".rk-drop")).not.toBeNull();
    expect(focus(el)).toBe(el.querySelector("fieldset"));
  });

  test("when Reset has nothing left to reset", async () => {
    const { el } = mountStudio(ready);
    await button(/^More/).click();
    (button(/^Reset/).element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await eventually(() => el.querySelector(".rk-reset")).toBeNull();
    focus(el);
  });

  test("when the address that was entered is on its way", async () => {
    const { el } = mountStudio({ form: ready.form }, (kernel) => {
      kernel.handlers.image_url = () => new Promise(() => {});
    });
    await button("Use a URL").click();
    await userEvent.keyboard("https://example.org/a.jpg{Enter}");
    await eventually(() => el.querySelector(".rk-picture-coming")).not.toBeNull();
    focus(el);
  });

  test("when Cancel takes the question back", async () => {
    const { el } = mountStudio(ready, (kernel) => {
      kernel.handlers.generate = async () => ({ value: { job: "job-1", kept: false } });
      kernel.handlers.sweep_begin = async () => ({ value: { sweep: null, one: null, new: 12 } });
    });
    await button("4 new takes").click();
    await button("Cancel").click();
    await expect.element(button("Generate")).toHaveFocus();
    expect(el.querySelectorAll(".rk-go-row button")).toHaveLength(1);
  });
});

test("a person who goes elsewhere is not called back", async () => {
  const { el } = mountStudio(ready);
  const elsewhere = document.createElement("input");
  document.body.append(elsewhere);
  (button("Remove").element() as HTMLElement).focus();
  elsewhere.focus();
  (button("Remove").element() as HTMLElement).click();
  await eventually(() => el.querySelector(".rk-drop")).not.toBeNull();
  expect(document.activeElement).toBe(elsewhere);
  elsewhere.remove();
});

test("a paste arrives after a click on the studio's ground", async () => {
  const { kernel, el } = mountStudio(ready);
  await prompt().click();
  await userEvent.click(el.querySelector(".rk-words .rk-assumed") as HTMLElement);
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(["x"], "pasted.png", { type: "image/png" }));
  document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  await eventually(() => kernel.traits.images?.map((one) => one.name)).toEqual(["pasted.png"]);
});
