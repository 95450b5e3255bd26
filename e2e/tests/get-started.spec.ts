import { expect, test } from "@playwright/test";
import { freePort, Server, temporary } from "../support/server.ts";
import { Watch } from "../support/watch.ts";
import { PASSWORD } from "../support/world.ts";

const done = (page: import("@playwright/test").Page, step: string) => page.locator(`[data-step="${step}"].done`);

test("from an empty data directory to the first badge without leaving the console", async ({ browser }) => {
  const watch = new Watch(browser);
  const server = await new Server(temporary(), await freePort()).start();
  try {
    const began = Date.now();
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await page.goto(server.setUpLink());
    await page.getByLabel("Name of the workspace").fill("Acme");
    await page.getByLabel("Your name").fill("Ada Admin");
    await page.getByLabel("Your e-mail").fill("ada@acme.example");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create the workspace" }).click();
    await page.waitForURL(/\/get-started/);
    await expect(done(page, "workspace")).toBeVisible();
    await expect(done(page, "channel")).toHaveCount(0);

    await page.getByRole("button", { name: "Start the test chat" }).click();
    await page.getByRole("button", { name: "Get code" }).click();
    await expect(done(page, "channel"), "ticks by itself").toBeVisible();
    await expect(done(page, "code")).toBeVisible();
    await page.getByRole("button", { name: "Paste into the chat" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.getByText("That is Ada Example, proved.")).toBeVisible();
    await expect(page.getByText("This code was used"), "no second paste is offered").toBeVisible();
    await expect(page.locator("#test-chat .badge")).toContainText("Authenticated");
    const seconds = (Date.now() - began) / 1000;
    console.log(`  set-up link to first badge, in the console: ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(60);
    await expect(done(page, "authenticated")).toBeVisible();
    await expect(done(page, "widget"), "the console's own page is not the company's").toHaveCount(0);

    // What the team answers arrives on the customer's side.
    await page.getByRole("link", { name: "Open the conversation" }).click();
    await page.getByLabel("Reply to Ada Example").fill("Hello Ada, now I know who you are.");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByRole("log").getByText("Hello Ada, now I know who you are.")).toBeVisible();

    // A code works once, also here; a second run uses what was made.
    await page.goto("/get-started");
    await page.getByRole("button", { name: "Start the test chat" }).click();
    await page.getByRole("button", { name: "Get code" }).click();
    await page.getByRole("button", { name: "Paste into the chat" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.getByText("That is Ada Example, proved.")).toBeVisible();
    await page.goto("/widgets");
    await expect(page.getByRole("row", { name: /Test chat/ })).toHaveCount(1);

    await page.goto("/people?new");
    await page.getByRole("dialog").getByLabel("E-mail").fill("mia@acme.example");
    await page.getByRole("dialog").getByLabel("Name").fill("Mia Agent");
    await page.getByRole("dialog").getByRole("button", { name: "Invite" }).click();
    await expect(page.getByText("/invitation#token=")).toBeVisible();
    await page.goto("/get-started");
    await expect(done(page, "team")).toBeVisible();
    await context.close();
  } finally {
    await server.remove();
    watch.stop();
  }
  watch.verify();
});
