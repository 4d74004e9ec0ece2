// The names of properties that nothing outside of the bundle reads, so that the build may shorten them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SOURCE = fileURLToPath(new URL("./src/", import.meta.url));
const PACKAGES = fileURLToPath(new URL("./node_modules/", import.meta.url));

/** Whose names are said to the kernel, or kept by the browser for the next version of the front end to read. */
const OUTWARD = new Set(["protocol.ts", "drafts.ts"]);

/** Whose names the browser and Preact read. What hosts read is written as types without a name, which are left alone. */
const FOREIGN = [
  ...readdirSync(join(PACKAGES, "typescript/lib"))
    .filter((file) => /^lib\.(dom|es).*\.d\.ts$/.test(file))
    .map((file) => `typescript/lib/${file}`),
  ...["index", "jsx", "dom"].map((file) => `preact/src/${file}.d.ts`),
];

/**
 * What interfaces in `src` declare, but for a name that anything foreign has too, or that stands somewhere as a
 * string: that may be how it is read.
 *
 * @returns {string[]}
 */
export function ownNames() {
  const own = new Set();
  const others = new Set();
  for (const file of readdirSync(SOURCE, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file)) continue;
    walk(join(SOURCE, file), (node) => {
      if (ts.isStringLiteralLike(node)) others.add(node.text);
      const name = nameOf(node);
      if (name) (OUTWARD.has(file.split(/[/\\]/).at(-1)) || !isNamed(node.parent) ? others : own).add(name);
    });
  }
  for (const file of FOREIGN)
    walk(join(PACKAGES, file), (node) => {
      const name = nameOf(node);
      if (name) others.add(name);
    });
  return [...own].filter((name) => !others.has(name));
}

/** Interfaces, and the properties of components. */
function isNamed(type) {
  return ts.isInterfaceDeclaration(type) || ts.isParameter(type.parent);
}

function nameOf(node) {
  const declares =
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isGetAccessor(node);
  return declares && ts.isIdentifier(node.name) ? node.name.text : undefined;
}

function walk(file, see) {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const visit = (node) => {
    see(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, kind));
}
