import { violations } from "../support/axe.ts";
import { Tracked } from "../support/tracked.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const ORIGIN = "https://shop.example";

test("a site is set up, its first event is seen by itself, and what its pages send is seen as it comes", async ({ world, watch }) => {
  // The first try names an address that is none.
  watch.forgive(/status of 400 \(Bad Request\).*\/v1\/sites/);
  const context = await world.as("admin", AXE);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: world.server.url });
  const page = await context.newPage();
  await page.goto("/sites");
  await page.getByRole("link", { name: "New site" }).first().click();
  const form = page.getByRole("dialog", { name: "New site" });
  await form.getByLabel("Name").fill("Acme Shop");
  await form.getByLabel("Addresses").fill("shop.example/here");
  await form.getByRole("button", { name: "Create" }).click();
  await expect(form.getByRole("alert")).toBeVisible();
  await form.getByLabel("Addresses").fill(ORIGIN);
  await form.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Acme Shop" })).toBeVisible();

  // The snippet carries the real key, and what is copied is what is shown.
  const made = (await world.api.get("/v1/sites")).data.find((site: any) => site.name === "Acme Shop");
  await expect(page.getByRole("figure").first()).toContainText(`data-key="${made.write_key}"`);
  await page.getByRole("figure").first().getByRole("button", { name: "Copy" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(made.write_key);
  await expect(page.getByText("Waiting for the first event")).toBeVisible();
  expect(await violations(page)).toEqual([]);

  const browser = new Tracked(world.server.url, made.write_key, ORIGIN);
  await browser.send({ name: "VisitStarted" });
  await browser.enter("/loans?utm_source=mail&token=secret", "Personal loans");
  await expect(page.getByText("Events arrive")).toBeVisible({ timeout: 15_000 });

  await page.getByRole("link", { name: "Look at the events" }).click();
  const table = page.getByRole("region", { name: "What arrives" });
  await expect(table.getByRole("row").filter({ hasText: "PageEntered" })).toContainText("Taken");
  await expect(table).not.toContainText("secret");
  // Without loading anew: one that is taken, and one that is refused, with its reason.
  await browser.send({ name: "AddToCart", data: { product: "loan" } });
  await browser.send({ name: "Ancient", ago: 2 * 86_400_000 }, { name: "Fresh" });
  await expect(table.getByRole("row").filter({ hasText: "AddToCart" })).toContainText("Taken", { timeout: 15_000 });
  await expect(table.getByRole("row").filter({ hasText: "Ancient" })).toContainText("It is older than a day.", { timeout: 15_000 });
  await expect(table.getByRole("row").filter({ hasText: "Ancient" })).toContainText("Refused");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("link", { name: "Privacy", exact: true }).last().click();
  await page.getByRole("radio", { name: "Begin at once" }).check();
  await page.getByRole("radio", { name: "Not at all" }).check();
  await page.getByRole("button", { name: "Save privacy" }).click();
  await expect.poll(async () => (await world.api.get(`/v1/sites/${made.id}`)).config).toMatchObject({ consent: "assumed", storage: "none", honour_signals: true });
  expect(await violations(page)).toEqual([]);
});

test("categories, triggers and schemas are told in words, and leave the rest of the settings alone", async ({ world }) => {
  const made = await world.api.post("/v1/sites", { name: "Words", config: { origins: [ORIGIN], idle_minutes: 45 } });
  const settings = async () => (await world.api.get(`/v1/sites/${made.id}`)).config;
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto(`/sites/${made.id}?view=triggers`);
  await page.getByRole("button", { name: "Add a category" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("loans");
  await dialog.getByLabel("Contains").fill("/loans");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row").filter({ hasText: "/loans" })).toContainText("Address");

  await page.getByRole("button", { name: "Add a trigger" }).click();
  await dialog.getByLabel("Name of the event").fill("OpenAccount");
  await dialog.getByLabel("When").selectOption("On a click");
  await dialog.getByLabel("Element", { exact: true }).fill("#open-account");
  await dialog.getByRole("button", { name: "Add a value" }).click();
  const value = dialog.getByRole("group", { name: "Value 1" });
  await value.getByLabel("Name").fill("kind");
  await value.getByLabel("Taken from").selectOption("A fixed text");
  await value.getByLabel("Text", { exact: true }).fill("giro");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row").filter({ hasText: "OpenAccount" })).toContainText("#open-account");
  expect(await settings()).toMatchObject({
    idle_minutes: 45, categories: [{ name: "loans", in: "url", contains: "/loans" }],
    triggers: [{ name: "OpenAccount", action: "click", element: "#open-account", values: [{ name: "kind", from: "constant", value: "giro" }] }],
  });

  await page.getByRole("link", { name: "Events", exact: true }).click();
  await page.getByRole("button", { name: "Add a schema" }).click();
  await dialog.getByLabel("Name of the event").fill("Order");
  await dialog.getByLabel("JSON Schema").fill("{ nonsense");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("This cannot be read as JSON.");
  await dialog.getByLabel("JSON Schema").fill('{"type":"object","required":["price"]}');
  await dialog.getByRole("radio", { name: "Refuse" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Order" })).toContainText("Refuse");
  const refused = await new Tracked(world.server.url, made.write_key, ORIGIN).send({ name: "Order", data: {} });
  expect(refused.refused).toMatchObject([{ index: 0 }]);

  await page.getByRole("link", { name: "Uncertain visitors" }).click();
  await page.getByRole("group", { name: "Assumed visitors" }).getByRole("radio", { name: "Not identified" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await settings()).strategies.assumed).toBe("anonymous");
  expect((await settings()).triggers).toHaveLength(1);
});

test("an agent has no page of sites, and no place in the menu for it", async ({ world }) => {
  const page = await (await world.as("agent", AXE)).newPage();
  await page.goto("/sites");
  await expect(page.getByText("You may not see this")).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Sites" })).toHaveCount(0);
  await expect(page.getByRole("navigation").getByRole("link", { name: "Live visitors" })).toBeVisible();
});
