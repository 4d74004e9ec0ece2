import type { Take, TakeFile } from "./protocol";

/** The files of a take, in the order in which they came; the first is what the take itself tells of. */
export function filesOf(take: Take): TakeFile[] {
  return [take, ...take.others];
}

/** A take as if one of its files were its first: what is shown and done is of this one. */
export function withFile(take: Take, file: number): Take {
  const other = file > 0 ? take.others[file - 1] : undefined;
  return other ? { ...take, ...other } : take;
}

/** Names a file of a take, counted from 0: "ID" for the first, "ID#2" for the second, as in Python. */
export function fileKey(take: string, file: number): string {
  return file > 0 ? `${take}#${file + 1}` : take;
}

/** The take and the file that such a key names, as the kernel is asked for them. */
export function fileAt(key: string): { take: string; file?: number } {
  const [take = "", number] = key.split("#");
  return number === undefined ? { take } : { take, file: Number(number) - 1 };
}
