import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { blobUrls } from "../../src/kernel/blob-urls";

let alive: Set<string>;
beforeEach(() => {
  alive = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    const url = createObjectURL.call(URL, blob);
    alive.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => {
    alive.delete(url);
    revokeObjectURL.call(URL, url);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const load = async (key: string) => new Blob([key.padEnd(10, ".")]);

describe("Blob URLs", () => {
  test("two who ask at once share one request, and a third none", async () => {
    const asked = vi.fn(load);
    const urls = blobUrls(asked, { count: 5, bytes: 1000 });
    const [one, two] = await Promise.all([urls.fetch("a"), urls.fetch("a")]);
    expect(await urls.fetch("a")).toBe(one);
    expect(two).toBe(one);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(urls.peek("a")).toBe(one);
  });

  test("what is held stays, and is freed like the others once nobody holds it", async () => {
    const urls = blobUrls(load, { count: 1, bytes: 1000 });
    const [first, second] = [urls.hold("a"), urls.hold("a")];
    await urls.fetch("a");
    first();
    await urls.fetch("b");
    expect(urls.peek("a")).toBeDefined();
    second();
    await urls.fetch("c");
    expect(urls.peek("a")).toBeUndefined();
    expect(alive.size).toBe(1);
  });

  test("the least recently used is freed first, by count and by size", async () => {
    for (const limit of [
      { count: 2, bytes: 1000 },
      { count: 9, bytes: 25 },
    ]) {
      alive.clear();
      const urls = blobUrls(load, limit);
      const a = await urls.fetch("a");
      const b = await urls.fetch("b");
      urls.peek("a");
      const c = await urls.fetch("c");
      expect([...alive].sort()).toEqual([a, c].sort());
      expect(urls.peek("b")).toBeUndefined();
      expect(b).not.toBe(await urls.fetch("b"));
    }
  });

  test("one that is larger than the limit is still shown", async () => {
    const urls = blobUrls(load, { count: 2, bytes: 5 });
    expect(alive.has(await urls.fetch("large"))).toBe(true);
  });

  test("a failure is not kept: the next one asks again", async () => {
    const asked = vi.fn(load).mockRejectedValueOnce(new Error("no"));
    const urls = blobUrls(asked, { count: 2, bytes: 1000 });
    await expect(urls.fetch("a")).rejects.toThrow("no");
    expect(await urls.fetch("a")).toMatch(/^blob:/);
  });

  test("clearing frees all, and what was on its way never becomes one", async () => {
    const urls = blobUrls(load, { count: 5, bytes: 1000 });
    await urls.fetch("a");
    const late = urls.fetch("b");
    urls.clear();
    await expect(late).rejects.toMatchObject({ name: "AbortError" });
    expect(alive.size).toBe(0);
  });
});
