import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

test("a team manager reads how customers are identified, by day and by channel, and takes the numbers along", async ({ world }) => {
  const { company, api } = world;
  const { display } = await api.post("/v1/identification-codes", { profile: { external_id: "reports-1", name: "Rita Report" } });
  await company.say("reports-1", `My code is ${display}`);
  await company.say("reports-2", "Hello");

  const page = await (await world.as("team_manager", AXE)).newPage();
  await page.goto("/inbox");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Reports" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Reports" })).toBeVisible();
  // The overview: figures, charts, and the same numbers as a table.
  await expect(page.getByText("Identification rate", { exact: true })).toBeVisible();
  await expect(page.getByRole("img", { name: "Conversations, as a chart. The table below has the same numbers." })).toBeVisible();
  await expect(page.getByRole("region", { name: "Overview, as a table" }).getByRole("row")).toHaveCount(31);
  await expect(page.getByText("What happened before is in no report.", { exact: false })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // One report; the table says what the server says.
  await page.getByRole("link", { name: "Identification", exact: true }).click();
  await expect(page).toHaveURL(/view=identification/);
  const table = page.getByRole("region", { name: "Identification, as a table" });
  const total = table.getByRole("row", { name: /All together/ });
  await expect(total).toBeVisible();
  const told = await api.get("/v1/analytics/identification");
  expect(told.total.identified).toBeGreaterThanOrEqual(1);
  expect(told.total.conversations).toBeGreaterThanOrEqual(2);
  await expect(total.getByRole("cell").first()).toHaveText(String(told.total.conversations));
  await expect(total.getByRole("cell").nth(1)).toHaveText(String(told.total.identified));

  // Fewer days, rows by channel, another column in the chart: all of it stands in the address and survives a reload.
  await page.getByRole("link", { name: "Last 7 days" }).click();
  await expect(page).toHaveURL(/days=7/);
  await expect(table.getByRole("row")).toHaveCount(9);
  await page.getByLabel("Rows").selectOption("channel");
  await expect(page).toHaveURL(/by=channel/);
  await page.getByLabel("In the chart").selectOption("identified");
  await expect(page).toHaveURL(/show=identified/);
  await page.reload();
  await expect(page.getByLabel("In the chart")).toHaveValue("identified");
  await expect(page.getByRole("link", { name: "Last 7 days" })).toHaveAttribute("aria-current", "true");
  await expect(table.getByRole("columnheader").first()).toHaveText("Channel");
  expect(await violations(page)).toEqual([]);

  // Days of one's own.
  await page.getByText("Other days").click();
  await page.getByLabel("From").fill("2026-01-01");
  await page.getByLabel("Until").fill("2026-01-31");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/from=2026-01-01&until=2026-01-31/);
  await expect(page.getByRole("heading", { name: "Nothing happened on these days" })).toBeVisible();

  await page.goto("/reports?view=cases&by=channel");
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^cases-by-channel-.*\.csv$/);
});

test("an agent finds no reports, and is told which permission they need", async ({ world, watch }) => {
  watch.forgive(/status of 403/);
  const page = await (await world.as("agent", AXE)).newPage();
  await page.goto("/inbox");
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Reports" })).toHaveCount(0);
  await page.goto("/reports");
  await expect(page.getByText("report.read")).toBeVisible();
});
