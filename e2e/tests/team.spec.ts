import type { Locator } from "@playwright/test";
import { expect, test } from "../support/world.ts";

/** Chooses in a combobox by typing. */
async function choose(box: Locator, text: string): Promise<void> {
  await box.fill(text);
  await box.page().getByRole("option", { name: text }).first().waitFor();
  await box.press("Enter");
}

test("a group: made with two people, renamed, one taken out, deleted; agents see it", async ({ world, watch }) => {
  watch.forgive(/status of 409/);
  const page = await (await world.as("team_manager")).newPage();
  await page.goto("/people");
  await page.getByRole("link", { name: "Groups" }).click();
  await page.getByRole("link", { name: "New group" }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name").fill("Night shift");
  await choose(drawer.getByRole("combobox", { name: "Add somebody" }), "Mia Agent");
  await choose(drawer.getByRole("combobox", { name: "Add somebody" }), "Tess");
  await drawer.getByRole("button", { name: "Create" }).click();
  const row = page.getByRole("row", { name: /Night shift/ });
  await expect(row).toContainText(/Mia Agent.*and.*Tess Manager/);

  const agent = await (await world.as("agent")).newPage();
  await agent.goto("/people?view=groups");
  await expect(agent.getByRole("row", { name: /Night shift/ })).toContainText("Mia Agent");
  await expect(agent.getByRole("button", { name: /Actions for Night/ })).toHaveCount(0);
  await expect(agent.getByRole("link", { name: "New group" })).toHaveCount(0);

  await row.getByRole("button", { name: "Actions for Night shift" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await drawer.getByLabel("Name").fill("Night watch");
  await drawer.getByRole("button", { name: "Take Tess Manager out" }).click();
  await drawer.getByRole("button", { name: "Save" }).click();
  const renamed = page.getByRole("row", { name: /Night watch/ });
  await expect(renamed).toContainText("Mia Agent");
  await expect(renamed).not.toContainText("Tess");
  await expect(agent.getByRole("row", { name: /Night watch/ }), "it is told live").toBeVisible();

  await page.getByRole("link", { name: "New group" }).first().click();
  await drawer.getByLabel("Name").fill("NIGHT  watch");
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer.getByText("There is a group with this name.")).toBeVisible();
  await drawer.getByRole("button", { name: "Cancel" }).click();

  await renamed.getByRole("button", { name: "Actions for Night watch" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await drawer.getByLabel("Type Night watch to confirm").fill("Night watch");
  await drawer.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("row", { name: /Night watch/ })).toHaveCount(0);
});

test("business hours: made, copied to other days, open day and night, closed on a holiday", async ({ world, watch }) => {
  watch.forgive(/status of 400/);
  const page = await (await world.as("admin")).newPage();
  await page.goto("/business-hours");
  await page.getByRole("link", { name: "New business hours" }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name").first().fill("Emergencies at night");
  await choose(drawer.getByRole("combobox", { name: "Time zone" }), "UTC");
  const monday = { from: drawer.getByLabel("Monday, hours 1: from"), to: drawer.getByLabel("Monday, hours 1: until") };
  await monday.from.fill("22:00");
  await monday.to.fill("06:00");
  await expect(drawer.getByText("ends on the next day")).toBeVisible();

  // Hours over others are marked before anything is sent.
  await drawer.getByRole("button", { name: "Monday: add hours" }).click();
  await drawer.getByLabel("Monday, hours 2: from").fill("23:00");
  await drawer.getByLabel("Monday, hours 2: until").fill("23:30");
  await expect(drawer.getByText("These hours lie over others of the same day.")).toBeVisible();
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer.getByRole("alert").filter({ hasText: "Some of the hours are not right yet." })).toBeVisible();
  await drawer.getByRole("button", { name: "Monday: remove hours 2" }).click();
  await expect(drawer.getByText("These hours lie over others")).toHaveCount(0);

  // Day and night, on all days.
  await monday.from.fill("00:00");
  await monday.to.fill("00:00");
  await expect(drawer.getByText("24 hours")).toBeVisible();
  await drawer.getByRole("button", { name: "Copy Monday to" }).click();
  await page.getByRole("menuitem", { name: "Every day" }).click();
  await expect(drawer.getByLabel("Sunday, hours 1: from")).toHaveValue("00:00");
  await expect(drawer.getByText("24 hours")).toHaveCount(7);
  await drawer.getByRole("button", { name: "Create" }).click();
  const row = page.getByRole("row", { name: /Emergencies at night/ });
  await expect(row).toContainText("Open");

  // Today and its neighbours are holidays, whatever the time: closed until the one after them.
  await row.getByRole("button", { name: "Actions for Emergencies at night" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
  for (const [at, date] of [day(-1), day(0), day(1)].entries()) {
    await drawer.getByRole("button", { name: "Add a holiday" }).click();
    await drawer.getByLabel("Date").nth(at).fill(date);
  }
  await drawer.getByLabel("Date").nth(2).fill(day(0));
  await expect(drawer.getByText("This day stands there already.")).toBeVisible();
  await drawer.getByLabel("Date").nth(2).fill(day(1));
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Closed");
  await expect(row).toContainText(/until \w+day/);
  await expect(row).toContainText("3 holidays");

  await row.getByRole("button", { name: "Actions for Emergencies at night" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await drawer.getByLabel("Type Emergencies at night to confirm").fill("Emergencies at night");
  await drawer.getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
});
