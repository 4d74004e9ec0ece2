import type { Take } from "../kernel/protocol";

/** A cell that leaves the comparison in the notebook, to stay. */
export function cellOf(takes: readonly Take[]): string {
  return `import reka_notebook\n\nreka_notebook.compare(${takes.map(({ id }) => JSON.stringify(id)).join(", ")})`;
}

/** One aspect ratio for all: their own where they share it, else one that is fair to the widest and the tallest. */
export function ratioOf(takes: readonly Take[]): number {
  const ratios = takes.map(({ width, height }) => (width && height ? width / height : 16 / 9));
  return Math.sqrt(Math.min(...ratios) * Math.max(...ratios));
}
