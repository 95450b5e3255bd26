import { expect, logIn, PASSWORD, test } from "../support/world.ts";

test("an API key's secret is shown once and works", async ({ world }) => {
  const page = await (await world.as("admin")).newPage();
  await page.goto("/developers");
  await page.getByRole("link", { name: "New API key" }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name").fill("Shop back end");
  await drawer.getByRole("checkbox", { name: /^case\.read/ }).check();
  await drawer.getByRole("button", { name: "Create" }).click();
  const secret = (await drawer.getByText(/^cs_live_/).textContent())!;
  expect(secret).toMatch(/^cs_live_/);
  const answer = await fetch(`${world.server.url}/v1/cases`, { headers: { authorization: `Bearer ${secret}` } });
  expect(answer.status).toBe(200);
  await page.keyboard.press("Escape");
  await expect(page.getByText(secret), "Esc does not lose a secret").toBeVisible();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("cell", { name: "Shop back end", exact: true })).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);
});

test("a webhook: create, send a test event, see its delivery", async ({ world }) => {
  const page = await (await world.as("admin")).newPage();
  await page.goto("/developers?view=webhooks");
  await page.getByRole("link", { name: "New webhook" }).first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Address").fill(`http://127.0.0.1:${world.company.port}/messenger/hook`);
  await drawer.getByRole("button", { name: "Create" }).click();
  const secret = (await drawer.locator("code").filter({ hasText: /^whsec_/ }).textContent())!;
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
  const before = world.company.received.length;
  // Other journeys share the server and may have made a webhook of their own, with a description.
  const row = page.getByRole("row", { name: /messenger\/hook/ }).filter({ hasNotText: "CRM" });
  // The list is read anew when the webhook's first news arrive; a menu opened in that moment closes again.
  await expect(async () => {
    await row.getByRole("button", { name: /^Actions for http/ }).click({ timeout: 2_000 });
    await row.getByRole("menuitem", { name: "Send test event" }).click({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expect(page.getByText("A test event is on its way.")).toBeVisible();
  await expect.poll(() => world.company.received.slice(before).some((event: any) => event.type === "webhook.test")).toBe(true);
  await row.getByRole("link", { name: /messenger\/hook/ }).click();
  await expect(page.getByText("webhook.test").first()).toBeVisible();
  await expect(page.getByText("Delivered").first()).toBeVisible();
});

test("an invitation brings somebody in; an agent sees e-mail masked, a team manager whole", async ({ world, browser, watch }) => {
  watch.forgive(/status of 4\d\d/);
  const before = await world.api.get("/v1/masking");
  await world.api.put("/v1/masking", {
    roles: {
      admin: { name: false, email: false, phone: false, attributes: false, text: false },
      team_manager: { name: false, email: false, phone: false, attributes: false, text: false },
      agent: { name: false, email: true, phone: true, attributes: true, text: true },
    },
  });
  const profile = await world.api.post("/v1/profiles", { external_id: "masked-1", name: "Petra Private", email: "petra.private@mail.example", phone: "+4915123456788", attributes: { contract: "DE-4711" } });
  const page = await (await world.as("admin")).newPage();
  await page.goto("/people");
  await page.getByRole("link", { name: "Invite" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("E-mail").fill("nina@acme.example");
  await drawer.getByLabel("Name").fill("Nina New");
  await drawer.getByRole("button", { name: "Invite" }).click();
  const link = (await drawer.locator("code").textContent())!;
  expect(link).toContain("/invitation#token=");
  await page.getByRole("button", { name: "I have stored it" }).click();

  const invited = await (await browser.newContext()).newPage();
  await invited.goto(link);
  await invited.getByLabel("Password").fill(PASSWORD);
  await invited.getByRole("button", { name: "Join" }).click();
  await invited.waitForURL(/\/inbox/);
  await invited.goto(`${world.server.url}/customers/${profile.id}`);
  await expect(invited.getByRole("heading", { name: "Petra Private" })).toBeVisible();
  await expect(invited.locator("body")).not.toContainText("petra.private");
  await expect(invited.locator("body")).not.toContainText("DE-4711");
  await expect(invited.locator("body")).toContainText("••••");
  expect(await invited.content()).not.toContain("petra.private");
  // Neither in what the server sent.
  const seen = await invited.evaluate(async (id) => (await fetch(`/v1/profiles/${id}`)).text(), profile.id);
  expect(seen).not.toContain("petra.private");

  const manager = await (await world.as("team_manager")).newPage();
  await manager.goto(`/customers/${profile.id}`);
  await expect(manager.getByText("petra.private@mail.example").first()).toBeVisible();
  await manager.goto(`/customers/${profile.id}?view=viewers`);
  await expect(manager.getByRole("main")).toContainText("Nina New");

  // The link worked once.
  const again = await (await browser.newContext()).newPage();
  await again.goto(link);
  await expect(again.getByRole("alert").first()).toBeVisible();
  await expect(again.getByLabel("Password")).toHaveCount(0);
  // The tests after this one meet the server as it was.
  await world.api.put("/v1/masking", { roles: before.roles });
});

test("an agent meets a page that says which permission is missing, and a log-in returns where one was", async ({ world, browser, watch }) => {
  watch.forgive(/status of 40[13]/);
  const page = await (await world.as("agent")).newPage();
  await page.goto("/audit");
  await expect(page.getByText("You may not see this")).toBeVisible();
  const context = await browser.newContext({ baseURL: world.server.url });
  const stranger = await context.newPage();
  await stranger.goto("/customers?view=x");
  await stranger.waitForURL(/\/log-in/);
  await stranger.getByLabel("E-mail").fill("agent@acme.example");
  await stranger.getByLabel("Password").fill("wrong wrong wrong wrong");
  await stranger.getByRole("button", { name: "Log in" }).click();
  await expect(stranger.getByText("E-mail or password is not right.")).toBeVisible();
  await logIn(stranger, world.server.url, "agent@acme.example");
});
