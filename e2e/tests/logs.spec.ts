import { readFileSync } from "node:fs";
import { expect, test } from "../support/world.ts";

test("the event log shows what happened and its payload without personal data", async ({ world }) => {
  await world.api.post("/v1/identification-codes", { profile: { external_id: "log-1", name: "Lena Logged" } });
  const page = await (await world.as("admin")).newPage();
  await page.goto("/developers?view=events&type=code.issued");
  const row = page.getByRole("row", { name: /code\.issued/ }).first();
  await expect(row).toContainText("An identification code was issued.");
  await row.getByRole("button", { name: "Payload" }).click();
  const payload = (await page.getByRole("dialog").locator("pre").textContent())!;
  expect(JSON.parse(payload)).toMatchObject({ type: "code.issued" });
  expect(payload).not.toContain("Lena");
});

test("the request log finds a failed request by its id", async ({ world }) => {
  const answer = await fetch(`${world.server.url}/v1/cases/case_00000000000000000000000000`, { headers: { authorization: `Bearer ${world.api.key}` } });
  const id = answer.headers.get("x-request-id")!;
  const page = await (await world.as("admin")).newPage();
  await expect(async () => {
    await page.goto(`/developers?view=requests&request=${id}`);
    await expect(page.getByText("GET /v1/cases/{id}")).toBeVisible({ timeout: 1500 });
  }).toPass();
  await expect(page.getByRole("cell", { name: /404/ })).toContainText("not-found");
  await page.getByRole("button", { name: /^Status/ }).click();
  await page.getByRole("menuitemradio", { name: "Successful" }).or(page.getByRole("menuitem", { name: "Successful" })).click();
  await expect(page).toHaveURL(/status=2xx/);
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
});

test("the audit log names what was done and goes along as a file", async ({ world }) => {
  const page = await (await world.as("admin")).newPage();
  await page.goto("/audit?action=channel.create");
  await expect(page.getByRole("cell", { name: "Channel made" }).first()).toBeVisible();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /^CSV/ }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync((await file.path())!, "utf8").trim().split("\r\n");
  expect(lines[0]).toMatch(/^id,seq,at,action/);
  expect(lines.slice(1).every((line) => line.includes("channel.create"))).toBe(true);
});

test("roles say what each may do, and a team manager sees no export", async ({ world }) => {
  const page = await (await world.as("admin")).newPage();
  await page.goto("/people?view=roles");
  const row = page.getByRole("row", { name: /Take the audit log along/ });
  await expect(row).toContainText("Administrator may");
  await expect(row).toContainText("Agent may not");
  const manager = await (await world.as("team_manager")).newPage();
  await manager.goto("/audit");
  await expect(manager.getByRole("button", { name: "Verify the chain" })).toBeVisible();
  await expect(manager.getByRole("button", { name: "Export" })).toHaveCount(0);
});

test("the widget's preview shows what is being typed", async ({ world }) => {
  const page = await (await world.as("admin")).newPage();
  await page.goto(`/widgets/${world.company.set!.widget}?view=phrases`);
  const frame = page.frameLocator('iframe[title="Preview of the widget"]');
  await expect(frame.getByRole("heading")).toBeVisible();
  await page.getByLabel("Title", { exact: true }).fill("Show us that it is you");
  await expect(frame.getByText("Show us that it is you")).toBeVisible();
  await page.getByRole("combobox", { name: /^Language/ }).selectOption("ar");
  await expect(frame.locator("html")).toHaveAttribute("dir", "rtl");
});
