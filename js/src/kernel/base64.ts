/** Characters that are made of bytes at once: more would be too many arguments of one call. */
const PIECE = 0x8000;

/** The bytes that a text in base64 stands for. */
export function bytesOf(text: string): DataView<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) bytes[place] = letters.charCodeAt(place);
  return new DataView(bytes.buffer);
}

/** Bytes as base64. */
export function textOf(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  const pieces: string[] = [];
  for (let place = 0; place < bytes.length; place += PIECE)
    pieces.push(String.fromCharCode(...bytes.subarray(place, place + PIECE)));
  return btoa(pieces.join(""));
}
