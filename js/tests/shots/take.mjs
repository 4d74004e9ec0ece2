// Takes a picture of every scene, in both themes and three widths: `npm run shots -- [folder] [scene ...]`.
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [folder = here("../../../.artefacts/shots"), ...wanted] = process.argv.slice(2);
const WIDTHS = [320, 720, 1200];

const bundle = async (entry, loader = {}) =>
  (await build({ entryPoints: [here(entry)], bundle: true, write: false, format: "esm", loader }))
    .outputFiles[0].text;
const script = await bundle("page.ts");
const style = await bundle("../../src/style/reka.css");

// The variables that JupyterLab 4 gives.
const LAB = {
  light:
    "--jp-layout-color1:#fff;--jp-ui-font-color1:rgba(0,0,0,.87);--jp-brand-color1:#1976d2;--jp-ui-font-size1:13px",
  dark: "--jp-layout-color1:#212121;--jp-ui-font-color1:rgba(255,255,255,1);--jp-brand-color1:#64b5f6;--jp-ui-font-size1:13px",
};
const page = (theme) => `<!doctype html><meta charset="utf-8"><style>${style}
:root{${LAB[theme]}}body{margin:12px;background:${theme === "dark" ? "#111" : "#f5f5f5"}}</style>
<body data-jp-theme-light="${theme === "light"}"><script type="module" src="/tests/page.js"></script>`;

const server = createServer(async (request, response) => {
  if (request.url === "/tests/page.js")
    response.writeHead(200, { "content-type": "text/javascript" }).end(script);
  else if (request.url?.endsWith(".mp4"))
    response
      .writeHead(200, { "content-type": "video/mp4" })
      .end(await readFile(here("../fixtures/take.mp4")));
  else response.writeHead(200, { "content-type": "text/html" }).end(page(request.url.slice(1)));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ],
});
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
  await browser.close();
  server.close();
}
console.log(`Pictures in ${folder}`);
