import base from "./playwright.config.ts";

export default { ...base, testDir: ".", testMatch: "screenshots.ts", workers: 1 };
