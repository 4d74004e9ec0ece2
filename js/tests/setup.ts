import { afterAll, afterEach } from "vitest";
import { tidy } from "./mounted";

// Here, and not beside `tidy`: the files of a worker share its page and its modules, but each runs this one anew.
afterEach(tidy);

const before = new Set(document.head.children);
afterAll(() => {
  for (const added of [...document.head.children]) if (!before.has(added)) added.remove();
  document.body.replaceChildren();
});
