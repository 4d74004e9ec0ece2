/**
 * Follows the host's light or dark theme.
 *
 * Hosts say it in different ways, and JupyterLab leaves `color-scheme` unset, so that native controls stay
 * light. Where the host does not say it, the lightness of the background it gives decides; that also holds
 * inside a shadow root, which a selector on the page cannot look into.
 */
export function followTheme(root: HTMLElement): () => void {
  const apply = () => {
    root.dataset.rkTheme = isDark(root) ? "dark" : "light";
  };
  const observer = new MutationObserver(apply);
  const attributeFilter = [
    "class",
    "style",
    "theme",
    "data-theme",
    "data-jp-theme-light",
    "data-jp-theme-name",
  ];
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true, attributeFilter });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", apply);
  apply();
  return () => {
    observer.disconnect();
    preference.removeEventListener("change", apply);
  };
}

function isDark(root: HTMLElement): boolean {
  const lab = document.body.dataset.jpThemeLight;
  if (lab) return lab === "false";
  const { className } = document.body;
  if (/\bvscode-(high-contrast-)?light\b/.test(className)) return false;
  if (/\bvscode-(dark|high-contrast)\b/.test(className)) return true;
  const colab = document.documentElement.getAttribute("theme");
  if (colab) return colab === "dark";
  // Measured with the scheme that the page gives, not the one set here the last time.
  delete root.dataset.rkTheme;
  root.style.backgroundColor = "var(--rk-bg)";
  const [red = 255, green = 255, blue = 255] = channels(getComputedStyle(root).backgroundColor);
  root.style.backgroundColor = "";
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}

/** The channels of a computed colour, 0 to 255; none when it is transparent or in another notation. */
function channels(colour: string): number[] {
  const numbers =
    colour
      .match(/^rgba?\((.+)\)$/)?.[1]
      ?.split(/[\s,/]+/)
      .map(Number) ?? [];
  return numbers[3] === 0 ? [] : numbers.slice(0, 3);
}
