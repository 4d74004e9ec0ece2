import { afterEach, describe, expect, test, vi } from "vitest";
import { connect, KernelGoneError, NoAnswerError, RefusedError } from "../../src/kernel/connection";
import { FakeKernel } from "../fake-kernel";
import { traits } from "../samples";

afterEach(() => {
  vi.useRealTimers();
});

function pair(sign?: (liveness: string) => void) {
  const kernel = new FakeKernel(traits());
  return { kernel, connection: connect(kernel.model(), sign) };
}

describe("a request", () => {
  test("carries its type and fields, and resolves to the reply's value and buffers", async () => {
    const { kernel, connection } = pair();
    kernel.handlers.poster = async () => ({
      value: { media_type: "image/jpeg" },
      buffers: [new Uint8Array([1, 2, 3]).buffer],
    });
    const { value, buffers } = await connection.request("poster", { take: "t1" });
    expect(kernel.requests).toEqual([{ id: expect.any(String), type: "poster", take: "t1" }]);
    expect(value).toEqual({ media_type: "image/jpeg" });
    expect(buffers[0]?.getUint8(2)).toBe(3);
  });

  test("is matched with its own reply when replies come in another order", async () => {
    const { kernel, connection } = pair();
    kernel.handlers.preview = async ({ digest }) => {
      await new Promise((resolve) => setTimeout(resolve, digest === "slow" ? 40 : 1));
      return { value: { media_type: digest } };
    };
    const answers = await Promise.all(
      ["slow", "quick"].map((digest) => connection.request("preview", { digest })),
    );
    expect(answers.map((answer) => answer.value.media_type)).toEqual(["slow", "quick"]);
  });

  test("rejects with the kernel's words and field", async () => {
    const { kernel, connection } = pair();
    kernel.handlers.generate = async () => {
      throw new RefusedError("duration is one of 4, 8.", "duration");
    };
    const refusal = connection.request("generate", {
      endpoint: "",
      prompt: "",
      settings: {},
      images: {},
      again: false,
    });
    await expect(refusal).rejects.toBeInstanceOf(RefusedError);
    await expect(refusal).rejects.toMatchObject({
      message: "duration is one of 4, 8.",
      field: "duration",
    });
  });

  test.each([
    ["ping", {}, 10],
    ["poster", { take: "t" }, 60],
  ] as const)("%s is given up when its time is over, not before", async (type, fields, seconds) => {
    vi.useFakeTimers();
    const { kernel, connection } = pair();
    kernel.silent = true;
    const seen = vi.fn();
    connection.request(type, fields as never).catch(seen);
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(seen).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(seen).toHaveBeenCalledWith(expect.any(NoAnswerError));
  });

  test("ends with the signal's reason, and a signal that has aborted sends nothing", async () => {
    const { kernel, connection } = pair();
    kernel.silent = true;
    const abort = new AbortController();
    const asked = connection.request("ping", {}, [], { signal: abort.signal });
    abort.abort(new Error("not wanted any more"));
    await expect(asked).rejects.toThrow("not wanted any more");
    await expect(connection.request("ping", {}, [], { signal: abort.signal })).rejects.toThrow("not wanted");
    expect(kernel.requests).toHaveLength(1);
  });

  test("says that the kernel is gone when sending throws", async () => {
    const sign = vi.fn();
    const { kernel, connection } = pair(sign);
    kernel.gone = true;
    await expect(connection.request("ping", {})).rejects.toThrow(KernelGoneError);
    expect(sign).toHaveBeenCalledWith("gone");
  });

  test("says so as well where sending is a promise, as in marimo", async () => {
    const kernel = new FakeKernel(traits());
    const model = { ...kernel.model(), send: () => Promise.reject(new Error("closed")) as never };
    await expect(connect(model).request("ping", {})).rejects.toThrow(KernelGoneError);
  });
});

describe("a file in parts", () => {
  const part = (index: number) => [new Uint8Array([index, index]).buffer];

  /** What a kernel has been asked for, and what it sends back. */
  async function asked() {
    const { kernel, connection } = pair();
    kernel.silent = true;
    const file = connection.request("media", { take: "t1" });
    file.catch(() => {});
    const [{ id } = { id: "" }] = kernel.requests;
    const come = (index: number) => kernel.reply({ id, type: "part", index }, part(index));
    const end = (parts: number) =>
      kernel.reply(
        { id, type: "answer", value: { media_type: "video/mp4", name: "a.mp4" }, parts },
        part(parts),
      );
    return { file, come, end };
  }

  test("is put together in their order, and one that comes twice counts once", async () => {
    const { file, come, end } = await asked();
    for (const index of [1, 0, 1]) come(index);
    end(2);
    const { buffers } = await file;
    const bytes = await new Blob(buffers as DataView<ArrayBuffer>[]).arrayBuffer();
    expect([...new Uint8Array(bytes)]).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test("comes as text where the host loses buffers", async () => {
    const { kernel, connection } = pair();
    kernel.silent = true;
    const file = connection.request("media", { take: "t1" });
    const [{ id } = { id: "" }] = kernel.requests;
    const value = { media_type: "video/mp4", name: "a.mp4" };
    kernel.reply({ id, type: "part", index: 0, text: "AAH/" });
    kernel.reply({ id, type: "answer", value, parts: 1, text: "/w==" });
    const { buffers } = await file;
    const bytes = await new Blob(buffers as DataView<ArrayBuffer>[]).arrayBuffer();
    expect([...new Uint8Array(bytes)]).toEqual([0, 1, 255, 255]);
  });

  test("of which one is missing is refused", async () => {
    const { file, come, end } = await asked();
    come(1);
    end(2);
    await expect(file).rejects.toThrow("did not arrive whole");
  });

  test("is waited for as long as they come", async () => {
    vi.useFakeTimers();
    const { file, come, end } = await asked();
    for (const index of [0, 1, 2]) {
      await vi.advanceTimersByTimeAsync(59_000);
      come(index);
    }
    end(3);
    expect((await file).buffers).toHaveLength(4);
    const { file: lost, come: comes } = await asked();
    comes(0);
    await vi.advanceTimersByTimeAsync(60_001);
    await expect(lost).rejects.toThrow(NoAnswerError);
  });
});

test("a late reply is ignored, but heard of as a sign of life", async () => {
  const sign = vi.fn();
  const { kernel, connection } = pair(sign);
  kernel.silent = true;
  await expect(connection.request("ping", {}, [], { timeout: 0.01 })).rejects.toThrow(NoAnswerError);
  const [{ id } = { id: "" }] = kernel.requests;
  kernel.reply({ id, type: "answer", value: {}, parts: 0 });
  kernel.reply({ id: "of another tab", type: "answer", value: {}, parts: 0 });
  expect(sign.mock.calls).toEqual([["alive"], ["alive"]]);
});

test("two connections to one kernel never use the same id", async () => {
  const kernel = new FakeKernel(traits());
  await Promise.all([kernel, kernel].map((one) => connect(one.model()).request("ping", {})));
  expect(new Set(kernel.requests.map((request) => request.id)).size).toBe(2);
});

test("closing rejects what waits, takes nothing more and leaves no listener", async () => {
  const { kernel, connection } = pair();
  kernel.silent = true;
  const asked = connection.request("ping", {});
  connection.close();
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  await expect(connection.request("ping", {})).rejects.toMatchObject({ name: "AbortError" });
  expect(kernel.listening).toBe(0);
});
