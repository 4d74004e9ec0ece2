/** Reads a file in blocks of so many bytes; the block after the one that is asked for is read meanwhile. */
export function readAhead(file: Blob, size: number): (index: number) => Promise<ArrayBuffer> {
  const blocks: Promise<ArrayBuffer>[] = [];
  function read(index: number): Promise<ArrayBuffer> {
    blocks[index] ??= file.slice(index * size, (index + 1) * size).arrayBuffer();
    return blocks[index];
  }
  return (index) => {
    read(index + 1).catch(() => {}); // said where it is asked for
    return read(index);
  };
}
