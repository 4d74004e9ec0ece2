import { listen } from "../hooks/effects";

/**
 * Keeps the focus inside a view when the element that has it goes away or is disabled.
 *
 * It would fall back to the page, and in JupyterLab the next key would then be a command: `d d` deletes the
 * cell. It goes to what still stands around the lost element, never to another button, which a second press
 * of the key would then press.
 */
export function keepFocus(root: HTMLElement): () => void {
  let around: HTMLElement[] = [];

  function focused(event: FocusEvent): void {
    around = [];
    for (let at = event.target as HTMLElement | null; at; at = at === root ? null : at.parentElement)
      around.push(at);
  }

  const lost = (element: HTMLElement) =>
    !element.isConnected || element.matches(":disabled") || element.closest("[hidden]") !== null;

  // An element that is still there afterwards was left by the person, who is not to be called back.
  function left({ target }: FocusEvent): void {
    queueMicrotask(() => {
      if (around[0] === target && !lost(target as HTMLElement)) around = [];
    });
  }

  const observer = new MutationObserver(() => {
    const [element, ...ancestors] = around;
    if (!element || !lost(element)) return;
    around = [];
    const page = root.getRootNode() as Document | ShadowRoot;
    if (page.activeElement && page.activeElement !== document.body && page.activeElement !== element) return;
    for (const place of ancestors) {
      if (lost(place)) continue;
      if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
      // One that is not drawn does not take it.
      if (page.activeElement === place) return;
    }
  });
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ["disabled", "hidden"] });
  const stops = [listen(root, "focusin", focused), listen(root, "focusout", left)];
  return () => {
    observer.disconnect();
    for (const stop of stops) stop();
  };
}
