/** Bytes converted at once: more would be too many arguments for one call. */
const PIECE = 0x8000;

/** The bytes that a text in base64 stands for. */
export function bytesOf(text: string): DataView<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index++) bytes[index] = letters.charCodeAt(index);
  return new DataView(bytes.buffer);
}

/** Bytes as base64. */
export function textOf(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  const pieces: string[] = [];
  for (let index = 0; index < bytes.length; index += PIECE)
    pieces.push(String.fromCharCode(...bytes.subarray(index, index + PIECE)));
  return btoa(pieces.join(""));
}
