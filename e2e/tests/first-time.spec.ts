import { violations } from "../support/axe.ts";
import { speak } from "../support/states.ts";
import { expect, test } from "../support/world.ts";

test("a form says in the language of the console what is missing, not in the browser's", async ({ world, watch }) => {
  void watch;
  const context = await world.as("admin");
  const page = await context.newPage();
  await page.goto("/people");
  await speak(page, world.server.url, "de");
  try {
    await page.goto("/people?new");
    const drawer = page.getByRole("dialog");
    const email = drawer.getByLabel("E-Mail");
    await drawer.getByRole("button", { name: "Einladen" }).click();
    await expect(drawer.getByText("Bitte ausfüllen.")).toHaveCount(2);
    await expect(email, "the first of them has the focus").toBeFocused();
    await expect(email).toHaveAccessibleDescription("Bitte ausfüllen.");

    await email.fill("mia");
    await email.press("Tab");
    await expect(drawer.getByText("Schreiben Sie eine E-Mail-Adresse, etwa ann@example.org.")).toBeVisible();
    await email.fill("mia@acme.example");
    await expect(email).not.toHaveAttribute("aria-invalid");
  } finally {
    await speak(page, world.server.url, "en");
  }
});

test("what the server refuses in a long drawer is led to", async ({ world, watch }) => {
  watch.forgive(/status of 400/);
  const context = await world.as("admin", { viewport: { width: 1440, height: 700 } });
  const page = await context.newPage();
  await page.goto("/channels?new=web_chat");
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByLabel("Title"), "most call their chat by their name").not.toHaveValue("");
  await drawer.getByLabel("Name").fill("Site chat");
  const sites = drawer.getByLabel("Sites that may show it");
  await sites.fill("acme.example");
  await drawer.getByRole("button", { name: "Add a question" }).scrollIntoViewIfNeeded();
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(sites).toBeFocused();
  await expect(sites).toBeInViewport();
  await expect(sites).toHaveAccessibleDescription(/An origin is https/);
});

test("the account stays in sight on the last page of the navigation", async ({ world }) => {
  const context = await world.as("admin", { viewport: { width: 1440, height: 700 } });
  const page = await context.newPage();
  await page.goto("/system");
  await expect(page.getByRole("link", { name: "System", exact: true })).toBeInViewport();
  await expect(page.getByRole("button", { name: /^Account of/ })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("button", { name: /^Notifications/ })).toBeInViewport({ ratio: 1 });
});

test("a key without a scope is asked for one", async ({ world }) => {
  const context = await world.as("admin");
  const page = await context.newPage();
  await page.goto("/developers?new");
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name").fill("Shop back end");
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer.getByRole("alert")).toContainText("Choose at least one");
  await expect(drawer.getByRole("button", { name: "Your server, for codes" })).toBeFocused();
});

test("c leads to asking for a code, and sends nothing by itself", async ({ world }) => {
  await world.company.set!.api.post(`/v1/channels/${world.company.set!.pigeon}/messages`, { id: "first-time-1", from: { id: "first-time", name: "Nora Newcomer" }, text: "Hello" });
  const context = await world.as("agent");
  const page = await context.newPage();
  await page.goto("/inbox");
  await page.getByText("Nora Newcomer").first().click();
  const button = page.getByRole("button", { name: "Ask for code" });
  await expect(button).toBeVisible();
  await page.keyboard.press("c");
  await expect(button).toBeFocused();
  await expect(page.getByText("Asked for a code.")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Asked for a code.")).toBeVisible();
});

test("groups of the navigation fold by keyboard, stay so, and open where somebody is", async ({ world }) => {
  const context = await world.as("admin", { bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto("/inbox");
  const main = page.getByRole("navigation", { name: "Main" });
  const group = (name: string) => main.getByRole("button", { name, exact: true });
  await expect(group("Set up")).toHaveAttribute("aria-expanded", "true");
  await expect(group("Admin")).toHaveAttribute("aria-expanded", "false");
  await expect(main.getByRole("link", { name: "Audit" })).toHaveCount(0);
  await group("Admin").focus();
  await page.keyboard.press("Enter");
  await expect(group("Admin")).toHaveAttribute("aria-expanded", "true");
  await expect(group("Admin")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(main.getByRole("link", { name: "People" })).toBeFocused();
  await group("Set up").press("Space");
  await expect(main.getByRole("link", { name: "Rules" })).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  await page.reload();
  await expect(group("Admin")).toHaveAttribute("aria-expanded", "true");
  await expect(group("Set up")).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL(/\/rules$/);
  await expect(main.getByRole("link", { name: "Rules" })).toHaveAttribute("aria-current", "page");
  await expect(main.getByRole("link", { name: "Rules" })).toBeInViewport();

  // Reduced to icons the groups are folded by their marks, and in the drawer of a phone by their names.
  await page.setViewportSize({ width: 1200, height: 800 });
  await group("Admin").click();
  await expect(group("Admin")).toHaveAttribute("aria-expanded", "false");
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Open the menu" }).click();
  const drawer = page.getByRole("dialog", { name: "Main" });
  await expect(drawer.getByRole("button", { name: "Admin", exact: true })).toHaveAttribute("aria-expanded", "false");
  await drawer.getByRole("button", { name: "Admin", exact: true }).click();
  await drawer.getByRole("link", { name: "Audit" }).click();
  await page.waitForURL(/\/audit$/);
});
