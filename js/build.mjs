// Bundle the front end into reka_notebook/static and print what it weighs. `--watch` builds on every change.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const outdir = fileURLToPath(new URL("../reka_notebook/static/", import.meta.url));

/** @type {import("esbuild").BuildOptions} */
const options = {
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

/** @type {import("esbuild").BuildOptions} */
const whole = {
  ...options,
  entryPoints: [
    { in: "src/progress.ts", out: "progress" },
    { in: "src/judge.ts", out: "judge" },
    { in: "src/style/reka.css", out: "reka" },
    { in: "src/style/late.css", out: "late" },
    { in: "src/style/judge.css", out: "judge" },
  ],
};

/**
 * The studio comes in two scripts. esbuild finds what both need and puts it into a third, `shared.js`; but a host takes
 * one text, in which no other file can be named. So the first script takes that in, and hands it to the second, a
 * function that asks for it with `require` (see `studio/late/load.ts`).
 *
 * @type {import("esbuild").BuildOptions}
 */
const studio = {
  ...options,
  entryPoints: { studio: "src/studio.ts", late: "src/studio/late/parts.ts" },
  splitting: true,
  chunkNames: "shared",
  write: false,
  plugins: [{ name: "two scripts", setup: ({ onEnd }) => onEnd(({ outputFiles }) => link(outputFiles)) }],
};

/** @param {import("esbuild").OutputFile[]} files */
async function link(files) {
  const texts = new Map(files.map(({ path, text }) => [`./${basename(path)}`, text]));
  const write = (name, contents, external, more) => {
    const setup = ({ onResolve, onLoad }) => {
      onResolve({ filter: /./ }, ({ path }) =>
        external.includes(path) ? { path, external: true } : { path, namespace: "built" },
      );
      onLoad({ filter: /./, namespace: "built" }, ({ path }) => ({ contents: texts.get(path) }));
    };
    const plugins = [{ name: "built", setup }];
    return build({
      ...options,
      inject: [],
      outdir: undefined,
      outfile: outdir + name,
      plugins,
      stdin: { contents },
      ...more,
    });
  };
  const [, names] = /import\{(.*?)\}from"\.\/shared\.js"/.exec(texts.get("./late.js"));
  const shared = names.replaceAll(/ as [^,]+/g, "");
  const first = `import {${shared}} from "./shared.js"; import studio from "./studio.js"; export default () => studio({${shared}});`;
  await write("studio.js", first, []);
  await write("late.js", `export * from "./late.js";`, ["./shared.js"], {
    format: "cjs",
    banner: { js: "export default (require, module) => {" },
    footer: { js: "};" },
  });
}

if (process.argv.includes("--watch")) {
  for (const each of [whole, studio]) await (await context({ ...each, logLevel: "info" })).watch();
} else {
  await Promise.all([whole, studio].map(build));
  for (const name of [
    "studio.js",
    "reka.css",
    "late.js",
    "late.css",
    "progress.js",
    "judge.js",
    "judge.css",
  ]) {
    const text = await readFile(outdir + name);
    const kilobytes = (size) => `${(size / 1024).toFixed(1)} KB`.padStart(8);
    const packed = gzipSync(text, { level: 9 }).length;
    console.log(`${name.padEnd(12)} ${kilobytes(text.length)}  ${kilobytes(packed)} gzipped`);
  }
}
