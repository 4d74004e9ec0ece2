// Sorts a wall of ten thousand takes, and shows them newest first again, and prints the milliseconds from the choice to
// the frame with the posters in their new order. For benchmarks/sorting.py.
import { openStage } from "./stage.mjs";

const TIMES = 10;

/** Runs in the page: milliseconds until a wall that is sorted by `by` is drawn; the kernel answers at once. */
async function sort({ by, first }) {
  const has = (one) => [...one.options].some(({ value }) => value === "motion");
  const select = [...document.querySelectorAll(".rk-takes-head select")].find(has);
  const shown = () => document.querySelector(".rk-wall .rk-cell[data-take]")?.dataset.take;
  const before = performance.now();
  select.value = by;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  do await new Promise(requestAnimationFrame);
  while (shown() !== first);
  return performance.now() - before;
}

const { browser, origin, close } = await openStage();
try {
  const page = await browser.newPage({ viewport: { width: 944, height: 900 } });
  await page.goto(`${origin}/light`);
  const paint = [];
  for (let time = 0; time < TIMES; time++) {
    paint.push(await page.evaluate(() => window.paint("wall-ten-thousand")));
    await page.waitForTimeout(300);
  }
  await page.evaluate(() => window.show("wall-ten-thousand"));
  const newest = [];
  const sorted = [];
  for (let time = 0; time < TIMES; time++) {
    sorted.push(await page.evaluate(sort, { by: "motion", first: "most" }));
    newest.push(await page.evaluate(sort, { by: "", first: "take-0" }));
  }
  console.log(JSON.stringify({ paint, newest, sorted }));
} finally {
  await close();
}
