// Takes a picture of every scene, in both themes and three widths: `npm run shots -- [folder] [scene ...]`.
import { mkdir } from "node:fs/promises";
import { here, openStage } from "./stage.mjs";

const [folder = here("../../../.artefacts/shots"), ...wanted] = process.argv.slice(2);
const WIDTHS = process.env.WIDTHS?.split(",").map(Number) ?? [420, 800, 1200, 1600];

const { browser, origin, close } = await openStage();
try {
  await mkdir(folder, { recursive: true });
  for (const theme of ["light", "dark"])
    for (const width of WIDTHS) {
      const tab = await browser.newPage({
        viewport: { width: width + 24, height: 900 },
        reducedMotion: "reduce",
      });
      tab.on("pageerror", (error) => console.error(theme, width, error));
      await tab.goto(`${origin}/${theme}`);
      for (const scene of await tab.evaluate(() => window.scenes)) {
        if (wanted.length && !wanted.includes(scene)) continue;
        await tab.evaluate((name) => window.show(name), scene);
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) console.error(`${scene} is ${wide} px too wide at ${width}`);
        await tab.screenshot({ path: `${folder}/${scene}-${theme}-${width}.png`, fullPage: true });
      }
      await tab.close();
    }
} finally {
  await close();
}
console.log(`Pictures in ${folder}`);
