/**
 * Puts a text in the place of all that stands in a box, as if it had been typed: the browser's own undo gives
 * back what was there. The box has the focus afterwards, with the caret at the end.
 */
export function writeInto(box: HTMLTextAreaElement, text: string): void {
  box.focus();
  box.select();
  const typed = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (typed && box.value === text) return;
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
