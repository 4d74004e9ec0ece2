import { expect, test } from "vitest";
import { connect, RefusedError } from "../../src/kernel/connection";
import { openSprites, type Sprite } from "../../src/studio/model/sprites";
import { frameAt, tile } from "../../src/studio/sprite";
import { FakeKernel } from "../fake-kernel";
import { eventually } from "../mounted";
import { drawSprite } from "../pictures";

const sprites = (kernel: FakeKernel) => openSprites(connect(kernel.model()));

test("a sprite is asked for once, two at a time, what came into sight last first", async () => {
  const kernel = new FakeKernel({});
  let running = 0;
  let most = 0;
  kernel.handlers.sprite = async ({ take }) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return drawSprite(take);
  };
  const kept = sprites(kernel);
  const told: string[] = [];
  for (const take of ["a", "b", "c", "d", "e"]) kept.ask(take, () => told.push(take));
  const off = kept.ask("f", () => told.push("f"));
  off();
  kept.ask("b", () => told.push("b again"));
  await eventually(() => told.length).toBe(6);
  expect(most).toBe(2);
  expect(kernel.asked("sprite").map(({ take }) => take)).toEqual(["a", "b", "e", "d", "c"]);
  expect(kept.peek("f")).toBeNull();
  expect(kept.peek("c")).toEqual({
    url: expect.stringMatching(/^blob:/),
    frames: 24,
    columns: 6,
    width: 192,
    height: 108,
    media_type: "image/jpeg",
  });
  kept.clear();
  expect(kept.peek("c")).toBeNull();
});

test("what has no sprite is not asked for again; what was only not answered is", async () => {
  const kernel = new FakeKernel({});
  kernel.handlers.sprite = async () => {
    throw new RefusedError("This film does not decode.", null);
  };
  const kept = sprites(kernel);
  await new Promise<void>((resolve) => kept.ask("broken", resolve));
  expect(kept.peek("broken")).toBeUndefined();
  kernel.gone = true;
  await new Promise<void>((resolve) => kept.ask("other", resolve));
  expect(kept.peek("other")).toBeNull();
});

test("a tile shows one frame, in its shape", async () => {
  const { value, buffers } = await drawSprite("a");
  const url = URL.createObjectURL(new Blob(buffers));
  const sprite: Sprite = { ...value, url };
  expect([0, 0.5, 1, 7].map((part) => frameAt(sprite, part))).toEqual([0, 12, 23, 23]);
  expect(tile(sprite, 8)).toEqual({
    aspectRatio: "192 / 108",
    backgroundImage: `url(${url})`,
    backgroundSize: "600% 400%",
    backgroundPosition: `40% ${(1 / 3) * 100}%`,
  });
  const one = { ...sprite, frames: 1, columns: 1 };
  expect(frameAt(one, 0.7)).toBe(0);
  expect(tile(one, 0)).toMatchObject({ backgroundSize: "100% 100%", backgroundPosition: "0% 0%" });
});
