import { isCalm } from "../../hooks/motion";

/** Milliseconds for which a form is marked. */
const MARKED = 1600;
/** How much of the window's height a part may take to be brought into sight whole. */
const ROOM = 0.9;

const intoSight = (part: Element) =>
  part.scrollIntoView({ block: "nearest", behavior: isCalm() ? "instant" : "smooth" });

/** Brings the stage above a form into sight, only as far as that is needed: what was asked for appears there. */
export function revealStage(form: HTMLElement | null): void {
  const box = form?.closest(".rk-studio")?.querySelector(".rk-stage-box");
  if (box) intoSight(box);
}

/**
 * Brings a form into sight, only as far as that is needed, marks it for a moment, and puts the caret at the end of its
 * prompt, to go on writing.
 */
export function reveal(form: HTMLElement): void {
  const prompt = form.querySelector<HTMLTextAreaElement>(".rk-prompt");
  const fits = (part: Element) => part.getBoundingClientRect().height < innerHeight * ROOM;
  const parts = [form, form.querySelector(".rk-ask"), prompt].filter((part) => part !== null);
  intoSight(parts.find(fits) ?? form);
  prompt?.focus({ preventScroll: true });
  prompt?.setSelectionRange(prompt.value.length, prompt.value.length);
  mark(form);
}

/** Marks a form for a moment, wherever it is. */
export function mark(form: HTMLElement): void {
  const frame = { outline: "2px solid var(--rk-accent)", outlineOffset: "-2px" };
  form.animate(
    [frame, { ...frame, offset: 0.6 }, { ...frame, outlineColor: isCalm() ? "" : "transparent" }],
    MARKED,
  );
}
