/**
 * Replaces the text of a box as if it had been typed, so that the browser's own undo brings
 * back the old text. The box has the focus afterwards, with the caret at the end.
 */
export function writeInto(box: HTMLTextAreaElement, text: string): void {
  box.focus();
  box.select();
  const typed = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (typed && box.value === text) return;
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
