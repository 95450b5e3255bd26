import base from "./playwright.config.ts";

// A trace or a second try would be in the figures.
export default { ...base, testDir: ".", testMatch: "figures.ts", projects: [{ name: "figures" }], workers: 1, retries: 0, use: { ...base.use, trace: "off" as const, screenshot: "off" as const } };
