/**
 * Adds the style sheet once to the element's root: the document, or a shadow root that the host has made.
 *
 * If the host were given the sheet, it would set it again with each widget, and lay out the whole page again.
 */
export function dress(element: Element, sheet: string): void {
  const root = element.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  for (const style of place.querySelectorAll("style")) if (style.textContent === sheet) return;
  const style = document.createElement("style");
  style.textContent = sheet;
  place.append(style);
}
