import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

test("a customer's data is exported, held back from erasure, and erased on request", async ({ world, watch }) => {
  watch.forgive(/status of 404/);
  const ann = await world.api.post("/v1/profiles", {
    external_id: "privacy-1", name: "Ann <b>Asks</b>", email: "ann.asks@mail.example",
  });
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto(`/customers/${ann.id}`);
  const choose = async (item: string) => {
    await page.getByRole("button", { name: "Actions for Ann <b>Asks</b>" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };

  // The file is made, and taken along in both forms.
  await choose("Export their data");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("She asked by letter");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Export their data" }).click();
  await expect(page.getByText("The file is being made.")).toBeVisible();
  await page.goto("/privacy");
  const row = page.getByRole("row").filter({ hasText: ann.reference });
  await expect(row).toContainText("Ready", { timeout: 30_000 });
  await expect(row).toContainText("She asked by letter");
  expect(await violations(page)).toEqual([]);
  const coming = page.waitForEvent("download");
  await row.getByRole("link", { name: "HTML" }).click();
  expect((await coming).suggestedFilename()).toBe(`${ann.reference}.html`);
  await page.goto(`/customers/${ann.id}?view=viewers`);
  await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();

  // On hold, nothing goes.
  await choose("Put on hold");
  await dialog.getByRole("textbox").fill("Court case 7");
  await dialog.getByRole("button", { name: "Put on hold" }).click();
  await expect(page.getByText("On hold.", { exact: true })).toBeVisible();
  await choose("Erase on request");
  await expect(dialog.getByText("Court case 7")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Erase", exact: true })).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await choose("Lift the hold");
  await dialog.getByRole("button", { name: "Lift the hold" }).click();

  await choose("Erase on request");
  await expect(dialog.getByText("Profiles: 1")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel("Reason").fill("She asked by letter");
  await dialog.getByLabel(new RegExp(ann.reference)).fill(ann.reference);
  await dialog.getByRole("button", { name: "Erase", exact: true }).click();
  await expect(page.getByText("Erased. The request stays on record.")).toBeVisible();
  await page.goto("/privacy");
  await expect(page.getByRole("row").filter({ hasText: ann.reference }).filter({ hasText: "Erasure" })).toContainText("Done");
});

test("how long things are kept is asked about before anything is deleted", async ({ world }) => {
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto("/settings?view=retention");
  const days = page.getByLabel("Conversations that are not open, days after the last message");
  await expect(days).toHaveValue("0");
  expect(await violations(page)).toEqual([]);
  await days.fill("3650");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save and delete" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await days.fill("0");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.").last()).toBeVisible();
});
