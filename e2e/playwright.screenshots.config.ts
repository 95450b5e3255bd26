import base from "./playwright.config.ts";

const { projects: _, ...shared } = base;

export default { ...shared, testDir: ".", testMatch: "screenshots.ts", workers: 1 };
