// A browser with a page that shows the scenes of states.ts, for pictures and for measuring.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright";
import { launchOptions } from "../chromium.mjs";

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The variables that JupyterLab 4 gives.
const LAB = {
  light:
    "--jp-layout-color1:#fff;--jp-ui-font-color1:rgba(0,0,0,.87);--jp-brand-color1:#1976d2;--jp-ui-font-size1:13px",
  dark: "--jp-layout-color1:#212121;--jp-ui-font-color1:rgba(255,255,255,1);--jp-brand-color1:#64b5f6;--jp-ui-font-size1:13px",
};

/** Vite's way to have a sheet as text. */
const inline = {
  name: "inline",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?inline$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.slice(0, -"?inline".length)),
      namespace: "inline",
    }));
    onLoad({ filter: /./, namespace: "inline" }, async ({ path }) => {
      const built = await build({ entryPoints: [path], bundle: true, write: false });
      return { contents: built.outputFiles[0].text, loader: "text" };
    });
  },
};

/** Opens it; its pages are at `origin` and the name of a theme. */
export async function openStage() {
  const options = { bundle: true, write: false, format: "esm", plugins: [inline] };
  // As vite has them: what both scripts need is there once, and the second lies where the fake kernel says.
  const scripts = await build({
    ...options,
    entryPoints: {
      "tests/page": here("page.ts"),
      "src/studio/late/parts": here("../../src/studio/late/parts.ts"),
    },
    splitting: true,
    outdir: "/",
  });
  const texts = new Map(scripts.outputFiles.map(({ path, text }) => [path, text]));
  const sheet = await build({ ...options, entryPoints: [here("../../src/style/reka.css")] });
  const style = sheet.outputFiles[0].text;
  const page = (theme) => `<!doctype html><meta charset="utf-8"><style>${style}
:root{${LAB[theme]}}body{margin:12px;background:${theme === "dark" ? "#111" : "#f5f5f5"}}</style>
<body data-jp-theme-light="${theme === "light"}"><script type="module" src="/tests/page.js"></script>`;
  const server = createServer(async (request, response) => {
    const script = texts.get(request.url?.replace(/\.ts$/, ".js"));
    if (script) response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else if (request.url?.endsWith(".mp4"))
      response
        .writeHead(200, { "content-type": "video/mp4" })
        .end(await readFile(here("../fixtures/take.mp4")));
    else response.writeHead(200, { "content-type": "text/html" }).end(page(request.url.slice(1)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch(launchOptions);
  return {
    browser,
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      await browser.close();
      server.close();
    },
  };
}
