/**
 * Hides the words that stand beside a widget for where it is not drawn, which it is here.
 *
 * Returns the function that shows them again. They are an output of their own, and not within reach of the view.
 */
export function hideInstead(name: string | undefined): () => void {
  if (!name) return () => {};
  const style = document.createElement("style");
  style.textContent = `.${CSS.escape(name)}{display:none!important}`;
  document.head.append(style);
  return () => style.remove();
}
