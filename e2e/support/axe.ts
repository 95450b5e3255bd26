import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { Frame, Page } from "@playwright/test";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe-core finds on a page or in a frame. The context must bypass the policy: axe comes as a script. */
export async function violations(where: Page | Frame): Promise<string[]> {
  // The policy on trusted types forbids a string as code; the debugger's own evaluation is not held by it.
  await where.evaluate(source);
  return where.evaluate(async (tags) => {
    const found = await (window as any).axe.run(document, { runOnly: { type: "tag", values: tags }, iframes: false });
    return found.violations.map((one: any) => `${one.id}: ${one.nodes.slice(0, 3).map((node: any) => `${node.target.join(" ")} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""})`).join("; ")}`);
  }, TAGS);
}
