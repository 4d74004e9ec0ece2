/** Whether a person wants nothing to move by itself. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
