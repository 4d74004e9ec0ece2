// Bundles the front end into reka_notebook/static, and says what it weighs. `--watch` builds on every change.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { minify } from "terser";
import { ownNames } from "./own-names.mjs";
import { shorten } from "./shorten.mjs";

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

const read = (name) => readFile(outdir + name, "utf8");

/** What Preact calls the methods of components that are classes: all that call them are in the one bundle. */
const CLASSES =
  "(component(Will|Did)|getDerivedState|getSnapshot|getChildContext|shouldComponentUpdate|setState|forceUpdate|__).*";
/** Properties that are given short names. */
const SHORTENED = new RegExp(`^(${[CLASSES, ...ownNames()].join("|")})$`);

/** Terser's minifier finds a twentieth that esbuild's leaves. */
async function minified(name) {
  const { code } = await minify(await read(name), {
    module: true,
    ecma: 2022,
    // Of what is unsafe: `String(x)` becomes `x + ""`, and functions become arrows; none here is called with `new`.
    compress: {
      passes: 5,
      unsafe: true,
      unsafe_arrows: true,
      pure_getters: true,
      keep_fargs: false,
      lhs_constants: false,
    },
    mangle: { properties: { regex: SHORTENED } },
  });
  return code;
}

if (process.argv.includes("--watch")) {
  const watching = await context({ ...options, logLevel: "info" });
  await watching.watch();
} else {
  await build(options);
  const { style, scripts } = shorten(
    await read("reka.css"),
    await Promise.all(["studio.js", "progress.js"].map(minified)),
  );
  const files = { "studio.js": scripts[0], "progress.js": scripts[1], "reka.css": style };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(outdir + name, text);
    const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`.padStart(8);
    const packed = gzipSync(text, { level: 9 }).length;
    console.log(`${name.padEnd(12)} ${kilobytes(Buffer.byteLength(text))}  ${kilobytes(packed)} gzipped`);
  }
}
