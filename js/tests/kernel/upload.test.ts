import { afterEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../src/kernel/connection";
import { upload } from "../../src/kernel/upload";
import { FakeKernel } from "../fake-kernel";
import { image, traits } from "../samples";

function pair() {
  const kernel = new FakeKernel(traits());
  return { kernel, connection: connect(kernel.model()) };
}

/** The kernel has a file of as many bytes, which is the same or another. */
function has(kernel: FakeKernel, known: boolean): void {
  const begin = kernel.handlers.upload_begin;
  kernel.handlers.upload_begin = async (fields, buffers) => {
    const { value } = await begin(fields, buffers);
    return { value: { ...value, alike: true } };
  };
  kernel.handlers.upload_known = async () => ({ value: { known } });
}

/** Bytes that differ from chunk to chunk. */
function photo(size: number): File {
  const bytes = new Uint8Array(size);
  for (let place = 0; place < size; place += 997) bytes[place] = place % 251;
  return new File([bytes], "photo.jpg", { type: "image/jpeg" });
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Stops the clock that answers are measured by; the function lets it go on by so many milliseconds. */
function stopClock(): (milliseconds: number) => void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  return (milliseconds) => {
    now += milliseconds;
  };
}

describe("an upload", () => {
  test("of a file that the kernel has sends no byte of it", async () => {
    const { kernel, connection } = pair();
    has(kernel, true);
    const there = image();
    kernel.handlers.upload_end = async () => ({ value: there });
    const seen: number[] = [];
    const onProgress = (received: number) => seen.push(received);
    expect(await upload(connection, "start", new File(["abc"], "a.png"), { onProgress })).toEqual(there);
    // The test vector of FIPS 180-2.
    expect(kernel.asked("upload_known")[0]?.digest).toBe(
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(kernel.asked("upload_chunk")).toEqual([]);
    expect(seen).toEqual([3]);
  });

  test("goes as text where the host loses buffers", async () => {
    const { kernel, connection } = pair();
    const begin = kernel.handlers.upload_begin;
    const came: string[] = [];
    kernel.handlers.upload_begin = async (fields, buffers) => {
      const { value } = await begin(fields, buffers);
      return { value: { ...value, as_text: true } };
    };
    kernel.handlers.upload_chunk = async ({ text }, buffers) => {
      expect(buffers).toEqual([]);
      came.push(...(text ?? []));
      return { value: { received: came.join("").length } };
    };
    const there = image();
    kernel.handlers.upload_end = async () => ({ value: there });
    // As many bytes as its text has letters, so that what is counted above is right: both are "AAAA".
    await upload(connection, "start", new File(["\0\0\0"], "a.png"), {}).catch(() => {});
    expect(came).toEqual(["AAAA"]);
  });

  test("of a file of which the kernel has another of as many bytes is sent", async () => {
    const { kernel, connection } = pair();
    has(kernel, false);
    await upload(connection, "start", photo(1000));
    expect(kernel.asked("upload_known")).toHaveLength(1);
    expect(kernel.uploaded?.length).toBe(1000);
  });

  test("of a file that no other is like is not hashed", async () => {
    const { kernel, connection } = pair();
    const hashed = vi.spyOn(crypto.subtle, "digest");
    await upload(connection, "start", photo(1000));
    expect(hashed).not.toHaveBeenCalled();
    expect(kernel.asked("upload_known")).toEqual([]);
  });

  test("that is stopped while it is hashed asks and sends no more", async () => {
    const { kernel, connection } = pair();
    has(kernel, true);
    const stop = new AbortController();
    vi.spyOn(crypto.subtle, "digest").mockImplementation(async () => {
      stop.abort();
      return new ArrayBuffer(32);
    });
    const sending = upload(connection, "start", photo(1000), { signal: stop.signal });
    await expect(sending).rejects.toMatchObject({ name: "AbortError" });
    expect(kernel.requests.map(({ type }) => type)).toEqual(["upload_begin", "upload_abort"]);
  });

  test("arrives byte for byte, also when the last chunk is short", async () => {
    const { kernel, connection } = pair();
    kernel.chunk = 1000;
    const file = photo(4321);
    const image = await upload(connection, "start", file);
    expect(image.name).toBe("photo.jpg");
    expect(kernel.uploaded).toEqual(new Uint8Array(await file.arrayBuffer()));
    expect(kernel.asked("upload_begin")[0]).toMatchObject({
      slot: "start",
      name: "photo.jpg",
      size: 4321,
      media_type: "image/jpeg",
    });
    expect(kernel.asked("upload_chunk").map((request) => request.index)).toEqual([0, 1, 2, 3, 4]);
  });

  test("holds more and more in a message while it is answered at once, up to what the kernel allows", async () => {
    stopClock();
    for (const together of [1, 4]) {
      const { kernel, connection } = pair();
      kernel.chunk = 100;
      kernel.together = together;
      const sizes: number[] = [];
      const receive = kernel.handlers.upload_chunk;
      kernel.handlers.upload_chunk = async (fields, buffers) => {
        sizes.push(buffers.length);
        return receive(fields, buffers);
      };
      const file = photo(4321);
      await upload(connection, "start", file);
      expect(kernel.uploaded).toEqual(new Uint8Array(await file.arrayBuffer()));
      expect(sizes.slice(0, 4)).toEqual([1, 1, 1, 1]);
      expect(Math.max(...sizes)).toBe(together);
    }
  });

  test("goes back to one chunk in a message when the answers are slow", async () => {
    const pass = stopClock();
    const { kernel, connection } = pair();
    kernel.chunk = 100;
    const receive = kernel.handlers.upload_chunk;
    const sizes: number[] = [];
    kernel.handlers.upload_chunk = async (fields, buffers) => {
      sizes.push(buffers.length);
      if (sizes.length > 8) pass(3000);
      return receive(fields, buffers);
    };
    await upload(connection, "start", photo(12_000));
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(sizes.slice(-3)).toEqual([1, 1, 1]);
  });

  test("has at most four messages on their way, and uses all four", async () => {
    const { kernel, connection } = pair();
    kernel.chunk = 100;
    const receive = kernel.handlers.upload_chunk;
    let open = 0;
    let most = 0;
    kernel.handlers.upload_chunk = async (...chunk) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open--;
      return receive(...chunk);
    };
    await upload(connection, "start", photo(2000));
    expect(most).toBe(4);
  });

  test("says how far it is, up to the whole", async () => {
    const { kernel, connection } = pair();
    kernel.chunk = 1000;
    const seen: number[] = [];
    await upload(connection, "start", photo(3500), { onProgress: (received) => seen.push(received) });
    expect(seen).toEqual([1000, 2000, 3000, 3500]);
  });

  test("that is stopped tells the kernel and sends no further chunk", async () => {
    const { kernel, connection } = pair();
    kernel.chunk = 100;
    kernel.latency = 5;
    const stop = new AbortController();
    const sending = upload(connection, "start", photo(5000), {
      signal: stop.signal,
      onProgress: (received) => received >= 800 && stop.abort(),
    });
    await expect(sending).rejects.toMatchObject({ name: "AbortError" });
    const sent = kernel.asked("upload_chunk").length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(kernel.asked("upload_chunk").length).toBe(sent);
    expect(kernel.asked("upload_abort")).toHaveLength(1);
    expect(kernel.uploads.size).toBe(0);
  });

  test("that the kernel refuses ends with its words, whatever step it was", async () => {
    for (const step of ["upload_begin", "upload_chunk", "upload_end"] as const) {
      const { kernel, connection } = pair();
      kernel.chunk = 100;
      kernel.handlers[step] = async () => {
        throw new Error(`No, said ${step}.`);
      };
      await expect(upload(connection, "start", photo(1000))).rejects.toThrow(`No, said ${step}.`);
      // Before a beginning there is nothing to abort.
      expect(kernel.asked("upload_abort")).toHaveLength(step === "upload_begin" ? 0 : 1);
    }
  });

  test("with a wrong count is refused: a chunk was lost or counted twice", async () => {
    for (const factor of [0.5, 2]) {
      const { kernel, connection } = pair();
      kernel.chunk = 1000;
      kernel.together = 1;
      let received = 0;
      kernel.handlers.upload_chunk = async (_, buffers) => {
        received += buffers.reduce((sum, bytes) => sum + bytes.byteLength, 0) * factor;
        return { value: { received } };
      };
      await expect(upload(connection, "start", photo(100_000))).rejects.toThrow("did not arrive whole");
      expect(kernel.asked("upload_end")).toHaveLength(0);
      // Too much is seen at once, too little only at the end.
      expect(kernel.asked("upload_chunk").length < 100).toBe(factor === 2);
    }
  });

  test("stops at the first chunk that is refused", async () => {
    const { kernel, connection } = pair();
    kernel.chunk = 100;
    const receive = kernel.handlers.upload_chunk;
    kernel.handlers.upload_chunk = async (fields, buffers) => {
      if (fields.index === 3) throw new Error("The disk is full.");
      return receive(fields, buffers);
    };
    // A kernel that is slow to give up the upload would still take the others.
    kernel.handlers.upload_abort = async () => ({ value: {} });
    await expect(upload(connection, "start", photo(10_000))).rejects.toThrow("The disk is full.");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kernel.asked("upload_chunk").length).toBeLessThan(12);
  });

  test("of 40 MB arrives whole", async () => {
    const { kernel, connection } = pair();
    const file = photo(40_000_000);
    await upload(connection, "start", file);
    const sent = new Uint8Array(await file.arrayBuffer());
    expect(kernel.uploaded?.length).toBe(40_000_000);
    expect(kernel.uploaded?.every((byte, place) => byte === sent[place])).toBe(true);
  });
});
