/** Milliseconds for which a form is marked. */
const MARKED = 1600;
/** How much of the window's height a part may take to be brought into sight whole. */
const ROOM = 0.9;

/**
 * Brings a form into sight, only as far as that is needed, marks it for a moment, and puts the caret at the end of its
 * prompt, to go on writing.
 */
export function reveal(form: HTMLElement): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const prompt = form.querySelector<HTMLTextAreaElement>(".rk-prompt");
  const fits = (part: Element) => part.getBoundingClientRect().height < innerHeight * ROOM;
  const parts = [form, form.querySelector(".rk-ask"), prompt].filter((part) => part !== null);
  (parts.find(fits) ?? form).scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" });
  prompt?.focus({ preventScroll: true });
  prompt?.setSelectionRange(prompt.value.length, prompt.value.length);
  const mark = { outline: "2px solid var(--rk-accent)", outlineOffset: "-2px" };
  form.animate(
    [mark, { ...mark, offset: 0.6 }, { ...mark, outlineColor: calm ? "" : "transparent" }],
    MARKED,
  );
}
