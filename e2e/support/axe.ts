import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { Frame, Page } from "@playwright/test";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** All that the dark scheme can break: every other rule reads the document and its layout, which are the same. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe-core finds on a page or in a frame. The context must bypass the policy: axe comes as a script. */
export async function violations(where: Page | Frame, rules: "all" | "colours" = "all"): Promise<string[]> {
  // The policy on trusted types forbids a string as code; the debugger's own evaluation is not held by it. Half a
  // megabyte once a document, not once a page within it.
  if (!(await where.evaluate(() => "axe" in window))) await where.evaluate(source);
  return where.evaluate(async (runOnly) => {
    // Nothing plays by itself here, so the media need not be loaded beforehand; and only what is wrong is told.
    const found = await (window as any).axe.run(document, { runOnly, iframes: false, preload: false, resultTypes: ["violations"] });
    return found.violations.map((one: any) => `${one.id}: ${one.nodes.slice(0, 3).map((node: any) => `${node.target.join(" ")} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""})`).join("; ")}`);
  }, rules === "all" ? { type: "tag", values: TAGS } : { type: "rule", values: COLOURS });
}
