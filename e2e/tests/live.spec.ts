import { expect, test } from "../support/world.ts";

test("a second browser sees a new message without a reload, and an open menu keeps its focus", async ({ world }) => {
  const first = await world.company.say("sunny99", "First words");
  const [one, two] = [await (await world.as("agent")).newPage(), await (await world.as("team_manager")).newPage()];
  await one.goto(`/inbox/${first.case.id}`);
  await two.goto(`/inbox/${first.case.id}`);
  await expect(two.getByRole("log")).toContainText("First words");
  await two.getByRole("textbox", { name: /^Reply to/ }).fill("half a sent");
  await one.getByRole("textbox", { name: /^Reply to/ }).fill("An answer from Mia");
  await one.getByRole("button", { name: "Send", exact: true }).click();
  await expect(two.getByRole("log")).toContainText("An answer from Mia");
  const began = Date.now();
  await world.company.say("sunny99", "Second words");
  await expect(two.getByRole("log")).toContainText("Second words");
  console.log(`  a message was on a second screen after ${Date.now() - began} ms`);
  await expect(one.getByRole("log")).toContainText("Second words");
  await expect(two.getByRole("textbox", { name: /^Reply to/ })).toBeFocused();
  await expect(two.getByRole("textbox", { name: /^Reply to/ })).toHaveValue("half a sent");
  // The reply reached the messenger and came back as delivered.
  await expect(one.getByRole("article").filter({ hasText: "An answer from Mia" })).toContainText("Delivered");
});

test("when the server stops a banner says so, and goes when it is back", async ({ world, watch }) => {
  watch.forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|503/);
  const page = await (await world.as("agent")).newPage();
  await page.goto("/inbox");
  await expect(page.getByRole("heading", { name: "Inbox", level: 2 })).toBeVisible();
  await page.waitForTimeout(500);
  await world.server.stop();
  try {
    await expect(page.getByText("No connection to the server.")).toBeVisible({ timeout: 25_000 });
  } finally {
    await world.server.start();
  }
  await expect(page.getByText("No connection to the server.")).toBeHidden({ timeout: 35_000 });
  const after = await world.company.say("jo", "Is anybody there?");
  await expect(page.locator(`[data-case="${after.case.id}"]`).or(page.getByRole("button", { name: /Show .* new case/ })).first()).toBeVisible();
});
