// Scrolls through a thousand takes as fast as a person does, and through a plain page of as many pictures; prints what
// each frame took. For benchmarks/wall.py.
import { openStage } from "./stage.mjs";

/** Pixels in a frame: all of the wall in about six seconds. */
const STEP = 60;

/** Runs in the page: milliseconds between frames while `box` is scrolled to its end, and the most elements alive. */
async function scroll({ name, step }) {
  const box = document.querySelector(name);
  const frame = () => new Promise(requestAnimationFrame);
  const frames = [];
  let most = 0;
  let before = await frame();
  for (box.scrollTop = 0; box.scrollTop + box.clientHeight < box.scrollHeight - 1; ) {
    box.scrollTop += step;
    const now = await frame();
    frames.push(now - before);
    before = now;
    most = Math.max(most, document.querySelectorAll("img, video").length);
  }
  return { frames, most };
}

/** Runs in the page: the same pictures without a wall. */
async function plain() {
  const picture = document.querySelector(".rk-take img").src;
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
  await page.evaluate(() => window.show("wall-thousand"));
  const wall = await measure(".rk-wall");
  await page.evaluate(() => window.show("wall-thousand"));
  await page.evaluate(plain);
  console.log(JSON.stringify({ wall, plain: await measure("#plain") }));
} finally {
  await close();
}
