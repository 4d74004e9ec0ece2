// Bundle the front end into reka_notebook/static and print what it weighs. `--watch` builds on every change.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const outdir = fileURLToPath(new URL("../reka_notebook/static/", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
const options = {
  entryPoints: {
    studio: "src/studio.ts",
    progress: "src/progress.ts",
    reka: "src/style/reka.css",
  },
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome120", "firefox124", "safari17.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  jsx: "transform",
  jsxFactory: "h",
  jsxFragment: "Fragment",
  inject: ["src/view/h.ts"],
  tsconfigRaw: {},
};

if (process.argv.includes("--watch")) {
  const watching = await context({ ...options, logLevel: "info" });
  await watching.watch();
} else {
  await build(options);
  for (const name of ["studio.js", "progress.js", "reka.css"]) {
    const text = await readFile(outdir + name);
    const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`.padStart(8);
    const packed = gzipSync(text, { level: 9 }).length;
    console.log(`${name.padEnd(12)} ${kilobytes(text.length)}  ${kilobytes(packed)} gzipped`);
  }
}
