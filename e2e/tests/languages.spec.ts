import type { Page } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

const LANGUAGES = {
  ar: { dir: "rtl", customers: "العملاء" },
  de: { dir: "ltr", customers: "Kunden" },
  es: { dir: "ltr", customers: "Clientes" },
  fr: { dir: "ltr", customers: "Clients" },
  pl: { dir: "ltr", customers: "Klienci" },
  sv: { dir: "ltr", customers: "Kunder" },
  uk: { dir: "ltr", customers: "Клієнти" },
} as const;

const save = (page: Page, language: string) =>
  page.evaluate(async (wanted) => {
    const { csrf_token } = await (await fetch("/v1/me")).json();
    const headers = { "content-type": "application/json", "x-csrf-token": csrf_token };
    await fetch("/v1/me", { method: "PATCH", headers, body: JSON.stringify({ language: wanted }) });
  }, language);

const overflow = (page: Page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

test("the console speaks each language that somebody saved, in its direction, and fits a phone", async ({ world }) => {
  test.setTimeout(240_000);
  const context = await world.as("admin", { bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto("/inbox");
  const found: string[] = [];
  try {
    for (const [language, { dir, customers }] of Object.entries(LANGUAGES)) {
      await save(page, language);
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto("/customers");
      await expect(page.getByRole("heading", { level: 1, name: customers })).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.locator("html")).toHaveAttribute("dir", dir);
      found.push(...(await violations(page)).map((line) => `${language}: ${line}`));
      await page.setViewportSize({ width: 360, height: 740 });
      for (const path of ["/inbox", "/customers", "/rules", "/rules/new", "/developers", "/settings", "/me"]) {
        await page.goto(path);
        await page.locator("main :is(h1, h2)").first().waitFor();
        const over = await overflow(page);
        if (over > 0) found.push(`${language} ${path}: ${over} px wider than the window`);
      }
    }
    expect(found).toEqual([]);
  } finally {
    await save(page, "en");
    await context.close();
  }
});

test("another language holds at once, without a reload, and back", async ({ world }) => {
  const context = await world.as("agent");
  const page = await context.newPage();
  await page.goto("/customers");
  await page.getByRole("button", { name: "Account of Mia Agent" }).click();
  await page.getByRole("menuitem", { name: "Language" }).click();
  await page.getByRole("menuitemradio", { name: "العربية" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "العملاء" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(page).toHaveTitle(/العملاء/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "العملاء" })).toBeVisible();
  await page.getByRole("button", { name: "حساب Mia Agent" }).click();
  await page.getByRole("menuitem", { name: "اللغة" }).click();
  await page.getByRole("menuitemradio", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customers" })).toBeVisible();
  await context.close();
});

test("before log-in the browser's language is spoken, and a choice is kept", async ({ world }) => {
  const context = await world.browser.newContext({ baseURL: world.server.url, locale: "uk-UA" });
  const page = await context.newPage();
  await page.goto("/log-in");
  await expect(page.getByRole("button", { name: "Увійти" })).toBeVisible();
  await page.getByRole("combobox", { name: "Мова" }).selectOption("sv");
  await expect(page.getByRole("button", { name: "Logga in" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Logga in" })).toBeVisible();
  await context.close();
});

test("texts that are 40 % longer do not widen a page", async ({ world }) => {
  const context = await world.as("admin", { viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  const found: string[] = [];
  for (const path of ["/inbox", "/reports", "/reports?view=codes", "/customers", "/channels", "/widgets", "/codes", "/rules", "/rules/new", "/rules?view=try", "/business-hours", "/phone/prompts", "/canned-replies", "/people", "/people?view=groups", "/audit", "/settings", "/system", "/me", "/dev/components"]) {
    await page.goto(path);
    await page.locator("main :is(h1, h2)").first().waitFor();
    await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent ?? "";
        if (/\p{L}{3}/u.test(text)) node.textContent = `${text}${" longer words".repeat(Math.ceil((text.length * 0.4) / 13))}`;
      }
    });
    const over = await overflow(page);
    if (over > 0) found.push(`${path}: ${over} px`);
  }
  expect(found).toEqual([]);
  await context.close();
});
