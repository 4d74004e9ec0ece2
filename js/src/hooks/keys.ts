/** Whether a key stands for a command of the browser or the host. */
export function isModified({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

/** What a command is written with. */
export const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);
