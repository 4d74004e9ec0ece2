// Scrolls through a thousand takes as fast as a person does, and through a plain page of as many pictures; looks through
// films on the wall; shows the studio again and again. Prints what each took, in milliseconds. For benchmarks/wall.py.
import { openStage } from "./stage.mjs";

/** Pixels in a frame: all of the wall in about six seconds. */
const STEP = 60;
const PAINTS = 15;

/** Runs in the page: milliseconds between frames while `name` is scrolled to its end, and the most pictures alive. */
async function scroll({ name, step }) {
  const box = name ? document.querySelector(name) : document.scrollingElement;
  const frame = () => new Promise(requestAnimationFrame);
  const frames = [];
  let most = 0;
  let before = await frame();
  for (box.scrollTop = 0; box.scrollTop + box.clientHeight < box.scrollHeight - 1; ) {
    box.scrollTop += step;
    const now = await frame();
    frames.push(now - before);
    before = now;
    most = Math.max(most, document.querySelectorAll("img, video, .rk-frames").length);
  }
  return { frames, most };
}

/** Runs in the page: milliseconds from a move over a poster to the frame that it asks for, in the next frame drawn. */
async function scrub() {
  const took = [];
  for (const picture of [...document.querySelectorAll(".rk-cell .rk-take-picture")].slice(0, 10)) {
    const { left, width } = picture.getBoundingClientRect();
    for (const part of [0.1, 0.9, 0.5, 0.3, 0.7]) {
      const shown = () => picture.querySelector(".rk-frame i")?.style.backgroundPosition;
      const old = shown();
      const before = performance.now();
      picture.dispatchEvent(new PointerEvent("pointermove", { clientX: left + width * part, bubbles: true }));
      do await new Promise(requestAnimationFrame);
      while (shown() === old);
      took.push(performance.now() - before);
    }
    picture.dispatchEvent(new PointerEvent("pointerleave"));
  }
  return took;
}

/** Runs in the page: the same pictures without a wall. */
async function plain() {
  const posters = [...document.querySelectorAll(".rk-frames i, .rk-take-picture img")];
  const picture = posters.map((one) => one.src ?? /url\("?(.*?)"?\)/.exec(one.style.backgroundImage)?.[1])[0];
  const cell = `<div style="width:160px"><img src="${picture}" style="width:160px"><br>A slow dolly in</div>`;
  document.body.innerHTML = `<div id="plain" style="display:flex;flex-wrap:wrap;gap:10px;width:880px;height:330px;
    overflow:auto">${cell.repeat(1000)}</div>`;
  await Promise.all([...document.images].map((image) => image.decode()));
}

/** Seconds of CPU that the page's main thread has taken. */
async function spent(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value;
}

const { browser, origin, close } = await openStage();
try {
  const page = await browser.newPage({ viewport: { width: 944, height: 900 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`${origin}/light`);
  const measure = async (name) => {
    const before = await spent(devtools);
    const scrolled = await page.evaluate(scroll, { name, step: STEP });
    return { ...scrolled, cpu: ((await spent(devtools)) - before) / scrolled.frames.length };
  };
  const paint = [];
  for (let time = 0; time < PAINTS; time++) {
    const before = await spent(devtools);
    const took = await page.evaluate(() => window.paint("wall-thousand"));
    paint.push({ took, cpu: 1000 * ((await spent(devtools)) - before) });
    await page.waitForTimeout(300);
  }
  await page.evaluate(() => window.show("wall-thousand"));
  const scrubbed = await page.evaluate(scrub);
  await page.click(".rk-show-all");
  const wall = await measure("");
  await page.evaluate(() => window.show("wall-thousand-kinds"));
  await page.click(".rk-show-all");
  const kinds = await measure("");
  await page.evaluate(() => window.show("wall-thousand"));
  await page.evaluate(plain);
  console.log(JSON.stringify({ wall, kinds, plain: await measure("#plain"), scrubbed, paint }));
} finally {
  await close();
}
