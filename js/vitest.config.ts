import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";
import { launchOptions } from "./tests/chromium.mjs";

/** Lists what passed only when it was tried again: a test that needs that in every run is wrong, and slow. */
const triedAgain: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules)
      for (const test of module.children.allTests("passed"))
        if (test.diagnostic()?.flaky)
          process.stdout.write(`TRIED AGAIN ${module.relativeModuleId} > ${test.fullName}\n`);
  },
};

export default defineConfig({
  // Found beforehand: one found during a run makes the page load again.
  optimizeDeps: {
    include: ["axe-core", "preact", "preact/hooks", "preact/jsx-runtime", "preact/jsx-dev-runtime"],
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    reporters: ["default", triedAgain],
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    // Real videos and real frames: a machine that has other things to do may miss one. What fails twice is wrong.
    retry: 2,
    // The files of a worker share a page, which `tests/setup.ts` leaves as it was, and what it has loaded: to load it
    // anew for each file takes a quarter of the time.
    isolate: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        // One that cannot be done would take all of the test's time, and that three times.
        actionTimeout: 15_000,
        launchOptions,
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
