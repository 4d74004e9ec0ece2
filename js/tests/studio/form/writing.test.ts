import { describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { button, eventually, mountStudio, prompt } from "../../mounted";
import { image, take, veo } from "../../samples";

const form = { endpoint: veo.id, prompt: "Pan", settings: {} };
const settled = () => new Promise((resolve) => setTimeout(resolve, 700));

describe("what is written", () => {
  test("stays here while a person types, and is sent when they pause", async () => {
    const { kernel } = mountStudio({ form });
    await prompt().click();
    await userEvent.keyboard(" left");
    expect(kernel.asked("draft")).toHaveLength(0);
    await eventually(() => kernel.asked("draft").at(-1)).toMatchObject({
      endpoint: veo.id,
      prompt: "Pan left",
    });
    await settled();
    expect(kernel.asked("draft")).toHaveLength(1);
  });

  test("is sent at once when they leave the form, and before Generate", async () => {
    const { kernel } = mountStudio({ form, images: [image()] });
    await prompt().fill("Pan right");
    (document.activeElement as HTMLElement).blur();
    await eventually(() => kernel.asked("draft").length, 200).toBe(1);
    await prompt().fill("Tilt");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await eventually(() => kernel.asked("generate").length).toBe(1);
    const order = kernel.requests.map(({ type }) => type).filter((type) => /draft|generate/.test(type));
    expect(order).toEqual(["draft", "draft", "generate"]);
  });

  test("is not sent again by what Python sets", async () => {
    const { kernel } = mountStudio({ form });
    kernel.set("form", { ...form, prompt: "From Python" });
    await expect.element(prompt()).toHaveValue("From Python");
    await settled();
    expect(kernel.asked("draft")).toHaveLength(0);
  });

  test("in another page is shown here, but never over what is being written here", async () => {
    const { kernel } = mountStudio({ form });
    kernel.set("form", { ...form, prompt: "Theirs", by: "another page" });
    await expect.element(prompt()).toHaveValue("Theirs");
    await prompt().fill("Mine");
    kernel.set("form", { ...form, prompt: "Theirs again", by: "another page" });
    await settled();
    await expect.element(prompt()).toHaveValue("Mine");
    expect(kernel.traits.form?.prompt).toBe("Mine");
    kernel.set("form", { ...form, prompt: "Theirs, while I think", by: "another page" });
    await settled();
    await expect.element(prompt()).toHaveValue("Mine");
    (document.activeElement as HTMLElement).blur();
    kernel.set("form", { ...form, prompt: "Theirs at last", by: "another page" });
    await expect.element(prompt()).toHaveValue("Theirs at last");
  });

  test("survives a reload, also what came after the last that was sent", async () => {
    const first = mountStudio({ form });
    await prompt().fill("Sent");
    await eventually(() => first.kernel.traits.form?.prompt).toBe("Sent");
    await prompt().fill("Sent, and more");
    const { form: shown } = first.kernel.traits;
    first.close();
    const second = mountStudio({ form: shown ?? form });
    await expect.element(prompt()).toHaveValue("Sent, and more");
    await eventually(() => second.kernel.asked("draft").at(-1)).toMatchObject({ prompt: "Sent, and more" });
  });
});

test("the kernel is told which take is looked at", async () => {
  const { kernel } = mountStudio({ takes: [take({ id: "a" }), take({ id: "b", prompt: "The other" })] });
  await button(/The other/).click();
  await eventually(() => kernel.asked("selected")).toMatchObject([{ takes: [], open: "b" }]);
  await expect.element(page.getByRole("article", { name: "Player" })).toBeVisible();
});
