// Gives the front end's own classes and custom properties short names, in the style and in what uses it alike.
import { createHash } from "node:crypto";

/** A name as a whole: not within `data-rk-theme`, nor the beginning of a longer one. */
const NAME = /(?<![\w-])(--)?rk-[a-z]+(-[a-z0-9]+)*(?![\w-])/g;
const ROOT = "rk-root";

/**
 * The same files with short names; each name of the style has one, but for those that a script puts together
 * (`rk-notice-${tone}`) and the root's.
 *
 * Short names of another version, whose style a page may still have, mean something else: so the style holds only
 * within a root that names this version of it.
 *
 * @param {string} style
 * @param {string[]} scripts
 * @returns {{ style: string, scripts: string[] }}
 */
export function shorten(style, scripts) {
  const made = scripts.flatMap((script) =>
    [...script.matchAll(/rk-[a-z-]+-(?=\$\{)/g)].map(([begin]) => begin),
  );
  // In the order in which they come: neighbours then differ by one letter, which packs well.
  const names = [...new Set(style.match(NAME))].filter(
    (name) => name !== ROOT && !made.some((begin) => name.startsWith(begin)),
  );
  const short = new Map(
    names.map((name, place) => [name, `${name.startsWith("--") ? "--" : ""}_${letters(place)}`]),
  );
  const rename = (text) => text.replace(NAME, (name) => short.get(name) ?? name);
  const renamed = rename(style);
  const version = `rk-${createHash("sha256").update(renamed).digest("hex").slice(0, 6)}`;
  return {
    style: renamed.replaceAll(`.${ROOT}`, `.${version}`),
    scripts: scripts.map((script) => rename(script).replaceAll(ROOT, `${ROOT} ${version}`)),
  };
}

/** 0 → "aa", 1 → "ab"; all of one length, so that none begins another. */
function letters(place) {
  const letter = (number) => String.fromCharCode(97 + number);
  return letter(Math.floor(place / 26)) + letter(place % 26);
}
