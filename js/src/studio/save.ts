/** Milliseconds after which the browser has surely begun to save. */
const BEGUN = 2000;

/** Saves bytes as a file, as a click on a link would. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), BEGUN);
}
