import { readFileSync } from "node:fs";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

test("customers as a file: taken along, changed, brought back with a bad row, looked at, applied", async ({ world, watch }) => {
  watch.forgive(/status of 400/);
  // Other journeys may have come first, or not: she is there either way.
  await world.api.call("PUT", "/v1/profiles/by-external-id/anna", { name: "Anna Standard", phone: "+4915123456701" });
  const page = await (await world.as("admin")).newPage();
  await page.goto("/customers");
  await page.getByRole("link", { name: "Export" }).click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText(/the file holds personal data/)).toBeVisible();
  const taken = page.waitForEvent("download");
  await drawer.getByRole("button", { name: "Save file" }).click();
  const text = readFileSync(await (await taken).path(), "utf8");
  expect(text).toContain("Anna Standard");
  expect(text, "no cell is a formula").toContain("'+4915123456701");

  // The file as somebody would change it: one name, one new customer, one address that is none.
  const lines = text.replace("Anna Standard", "Anna Different").trimEnd().split("\r\n");
  const empty = (filled: Record<string, string>) =>
    lines[0]!.replace("\ufeff", "").split(",").map((name) => filled[name] ?? "").join(",");
  lines.push(empty({ external_id: "zoe", name: "Zoe New", kind: "person" }));
  lines.push(empty({ external_id: "max", name: "Max Wrong", email: "nonsense" }));

  await page.getByRole("link", { name: "Import", exact: true }).click();
  const input = page.getByLabel("Choose a file");
  await input.setInputFiles({ name: "book.xlsx", mimeType: "text/csv", buffer: Buffer.from("PK\x03\x04....") });
  await expect(page.getByRole("alert")).toContainText("workbook");
  await input.setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) });
  await expect(page.getByRole("heading", { name: "What are the columns?" })).toBeVisible();
  await expect(page.getByLabel("Field: email")).toHaveValue("email");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Preview" }).click();

  const count = (name: string) => page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) }).locator("dd");
  await expect(page.getByText("Ready to apply")).toBeVisible();
  await expect(count("New")).toHaveText("1");
  await expect(count("Changed")).toHaveText("1");
  await expect(count("With errors")).toHaveText("1");
  await expect(page.getByRole("region", { name: "First rows" })).toContainText("Anna Different");
  await expect(page.getByRole("region", { name: "Rows with errors" }).getByRole("row").nth(1)).toContainText("email");
  expect(await violations(page)).toEqual([]);
  const before = await world.api.call("GET", "/v1/profiles?external_id=zoe");
  expect(before.data, "nothing is written yet").toEqual([]);

  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  await expect(count("New")).toHaveText("1");
  const failed = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download rows with errors" }).click();
  const rows = readFileSync(await (await failed).path(), "utf8").trimEnd().split("\r\n");
  expect(rows).toHaveLength(2);
  expect(rows[1]).toContain("Max Wrong");
  expect(rows[1]).toContain("email: ");

  await page.goto("/customers");
  await expect(page.getByRole("link", { name: "Anna Different" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Zoe New" })).toBeVisible();
  await page.goto("/customers/imports");
  await expect(page.getByRole("row", { name: /customers.csv/ })).toContainText("Done");

  const agent = await (await world.as("agent")).newPage();
  await agent.goto("/customers");
  await expect(agent.getByRole("heading", { name: "Customers" })).toBeVisible();
  await expect(agent.getByRole("link", { name: "Export" })).toHaveCount(0);
  await agent.goto("/customers/imports");
  await expect(agent.getByText("profile.import")).toBeVisible();
});
