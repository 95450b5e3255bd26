import { violations } from "../support/axe.ts";
import { Tracked } from "../support/tracked.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const ORIGIN = "https://bank.example";

test("whoever is on a site is seen live, and a visit is cut where people sign in and out", async ({ world }) => {
  const site = await world.api.post("/v1/sites", { name: "Acme Bank", config: { origins: [ORIGIN] } });
  const page = await (await world.as("agent", AXE)).newPage();
  await page.goto(`/visitors?site=${site.id}`);
  await expect(page.getByRole("heading", { name: "Live visitors" })).toBeVisible();
  const browser = new Tracked(world.server.url, site.write_key, ORIGIN);
  await browser.send({ name: "VisitStarted" });
  await browser.enter("/", "Welcome");

  // Without loading anew: they appear, go from page to page, and sign in.
  const row = page.getByRole("list", { name: "Live visitors" }).getByRole("listitem");
  await expect(row).toHaveCount(1, { timeout: 15_000 });
  await expect(row).toContainText("Anonymous");
  await browser.enter("/prices", "Prices");
  await expect(row).toContainText("Prices", { timeout: 15_000 });
  await browser.send({ name: "SignIn", data: { identity: "first-person", name: "Fred First" } });
  await browser.enter("/account", "Account of the first");
  await expect(row).toContainText("Authenticated", { timeout: 15_000 });
  await expect(row).toContainText("3 pages", { timeout: 15_000 });
  expect(await violations(page)).toEqual([]);

  await row.getByRole("link").click();
  await expect(page).toHaveURL(/\/visitors\/visit_/);
  const before = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Before the sign-in" }) });
  await expect(before).toContainText("Welcome");
  await expect(before).toContainText("Prices");
  await expect(before).not.toContainText("Account of the first");
  const bands = page.locator(".band");
  await expect(bands).toHaveCount(2);
  await expect(bands.nth(1)).toContainText("Account of the first");
  await expect(bands.nth(1)).toContainText("Only the page says so");

  // Another person signs in on the same browser: each has a band of their own.
  await browser.send({ name: "SignOut" });
  await expect(bands.nth(1)).toContainText("Signed out", { timeout: 15_000 });
  await expect(page.getByRole("heading", { name: "Is it this person?" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await browser.send({ name: "SignIn", data: { identity: "second-person", name: "Sue Second" } });
  await browser.enter("/account", "Account of the second");
  await browser.send({ name: "AddToCart", data: { product: "loan" } });
  const last = bands.last();
  await expect(last).toContainText("Account of the second", { timeout: 15_000 });
  await expect(last).toContainText("AddToCart", { timeout: 15_000 });
  await expect(last).not.toContainText("Account of the first");
  await expect(page.getByRole("heading", { name: "Is it this person?" })).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
});

test("an agent decides about an uncertain visitor with a reason", async ({ world }) => {
  const site = await world.api.post("/v1/sites", { name: "Uncertain", config: { origins: [ORIGIN] } });
  const browser = new Tracked(world.server.url, site.write_key, ORIGIN);
  await browser.enter("/", "Welcome");
  await browser.send({ name: "SignIn", data: { identity: "uncertain-person", name: "Una Certain" } });
  await browser.send({ name: "SignOut" });
  await expect.poll(async () => (await world.api.get(`/v1/visits?site=${site.id}`)).data[0]?.state).toBe("recognised");
  const [visit] = (await world.api.get(`/v1/visits?site=${site.id}`)).data;

  const page = await (await world.as("agent", AXE)).newPage();
  await page.goto(`/visitors/${visit.id}`);
  await page.getByRole("button", { name: "Confirm" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("It raises no level");
  await expect(dialog.getByRole("button", { name: "Confirm" })).toBeDisabled();
  await dialog.getByLabel("Reason").fill("Named the last three pages on the phone.");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(page.locator(".toaster")).toContainText("Confirmed, on record.");
  expect((await world.api.get(`/v1/visits/${visit.id}`)).assurance).not.toBe("al3");

  await page.goto(`/visitors/${visit.id}`);
  await page.getByRole("button", { name: "Not this person" }).click();
  await dialog.getByLabel("Reason").fill("It was somebody else.");
  await dialog.getByRole("button", { name: "Not this person" }).click();
  await expect(page.locator(".toaster")).toContainText("Refused, on record.");
  await expect(page.getByRole("heading", { name: "Is it this person?" })).toHaveCount(0);
});

test("the visits of a customer stand on their page", async ({ world }) => {
  const site = await world.api.post("/v1/sites", { name: "Shop of visits", config: { origins: [ORIGIN] } });
  const browser = new Tracked(world.server.url, site.write_key, ORIGIN);
  await browser.enter("/", "Home of visits");
  await browser.send({ name: "SignIn", data: { identity: "visits-person" } });
  const visit = async () => (await world.api.get(`/v1/visits?site=${site.id}`)).data[0];
  await expect.poll(async () => (await visit())?.identity?.profile).toBeTruthy();
  const { profile } = (await visit()).identity;

  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto(`/customers/${typeof profile === "string" ? profile : profile.id}`);
  const link = page.getByRole("link", { name: "Home of visits" });
  await expect(link).toBeVisible();
  await page.getByRole("link", { name: "All visits" }).click();
  await expect(page.getByRole("list", { name: "Live visitors" }).getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Visits of one customer" })).toBeVisible();
});
