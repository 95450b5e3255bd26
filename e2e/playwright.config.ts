import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: false,
  workers: Number(process.env["E2E_WORKERS"] ?? 1),
  // A second try gets a fresh server; `cargo xtask test` tells at its end which journeys needed one.
  retries: 1,
  forbidOnly: !!process.env["CI"],
  timeout: 90_000,
  expect: { timeout: 8000 },
  reporter: [["list"]],
  // A project has servers of its own: the pages that axe looks at are filled with what journeys must not meet.
  projects: [
    { name: "journeys", testIgnore: /accessibility/ },
    { name: "accessibility", testMatch: /accessibility/ },
  ],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--use-fake-device-for-media-stream",
      ],
    },
  },
});
