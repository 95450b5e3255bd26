import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/server.ts";
import { expect, test } from "../support/world.ts";

/** The snippet as companies have it on their pages today, byte for byte; see the file. */
const SNIPPET = readFileSync(join(ROOT, "e2e/support/seed-snippet.html"), "utf8");

test("the older snippet, but for the script's address and the widget's id, gives a code and then AL1", async ({ world }) => {
  const set = world.company.set!;
  const widget = await world.api.post("/v1/widgets", { name: "Old pages", origins: [world.company.origin], mode: "plain", plain_reason: "The old snippet stays until spring." });
  const changed = SNIPPET.replace("https://deskie.io/bundles/acmesite/js/cwidget0.2.min.js", `${world.server.url}/widget/1/loader.js`).replace("74-m0ucuypa", widget.id);
  world.company.pages.set("/old", `<!doctype html><html lang="en"><head><title>Old page</title><link rel="icon" href="/demo/icon.svg"></head><body>${changed}</body></html>`);
  const customer = await world.customer();
  const page = await customer.newPage();
  await page.goto("/old");
  const frame = page.frameLocator('iframe[src*="/widget/frame/"]');

  // The link with an empty address opens the window as the button does, and leads nowhere.
  await page.getByRole("link", { name: "Generate" }).click();
  await expect(frame.getByRole("button", { name: "Get code" })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/old");
  await frame.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Account identification" }).click();
  await frame.getByRole("button", { name: "Get code" }).click();
  const code = (await frame.locator(".code").textContent())!.trim();

  const received = await world.company.say("sunny99", `here: ${code}`);
  expect(received.identification.outcome).toBe("valid");
  expect(received.case.identity.assurance).toBe("al1");
  const agent = await world.as("agent");
  const desk = await agent.newPage();
  await desk.goto(`/inbox/${received.case.id}`);
  await expect(desk.getByRole("complementary", { name: "Who this is" })).toContainText("Recognised");
  await expect(frame.getByText(/Linked to .*Pigeon/).first()).toBeVisible();
  // A page's word is nobody's list of links.
  await expect(frame.getByRole("button", { name: "My linked channels" })).toHaveCount(0);
  expect(set.widget).not.toBe(widget.id);
});
