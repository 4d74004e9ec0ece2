// The browser of the front end's tests, and how it is started.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/chromium", import.meta.url));

export const launchOptions = {
  executablePath: execFileSync(script, { encoding: "utf8" }).trim(),
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ],
};
