// Bundles the front end into reka_notebook/static, and says what it weighs. `--watch` builds on every change.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { minify } from "vite";

const outdir = fileURLToPath(new URL("../reka_notebook/static/", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
const options = {
  entryPoints: {
    studio: "src/studio.tsx",
    progress: "src/progress.tsx",
    reka: "src/style/reka.css",
  },
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  jsx: "transform",
  jsxFactory: "h",
  jsxFragment: "Fragment",
  inject: ["src/view/h.ts"],
  tsconfigRaw: {},
};

/** Vite's minifier finds a twentieth that esbuild's leaves. */
async function minified(name) {
  const { code, errors } = await minify(name, await readFile(outdir + name, "utf8"), {
    module: true,
    compress: { target: "es2022" },
  });
  if (errors.length) throw new Error(errors.map(({ message }) => message).join("\n"));
  await writeFile(outdir + name, code);
}

if (process.argv.includes("--watch")) {
  const watching = await context({ ...options, logLevel: "info" });
  await watching.watch();
} else {
  await build(options);
  for (const name of ["studio.js", "progress.js", "reka.css"]) {
    if (name.endsWith(".js")) await minified(name);
    const bytes = await readFile(outdir + name);
    const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`;
    console.log(
      `${name.padEnd(12)} ${kilobytes(bytes.length).padStart(8)}  ${kilobytes(gzipSync(bytes, { level: 9 }).length).padStart(8)} gzipped`,
    );
  }
}
