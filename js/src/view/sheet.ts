/**
 * Gives the place that an element is in the style sheet, once: the document, or the shadow root that a host has made.
 *
 * A host that is given the sheet itself sets it anew with each widget, and lays out all that is there again.
 */
export function dress(element: Element, sheet: string): void {
  const root = element.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  for (const style of place.querySelectorAll("style")) if (style.textContent === sheet) return;
  const style = document.createElement("style");
  style.textContent = sheet;
  place.append(style);
}
