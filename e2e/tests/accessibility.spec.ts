import type { Browser, Page } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { fill, LISTS } from "../support/pages.ts";
import { Empty, fail, speak } from "../support/states.ts";
import { expect, test } from "../support/world.ts";

const VIEWS: { colorScheme: "light" | "dark"; width: number; language?: string }[] = [
  { colorScheme: "light", width: 1440 },
  { colorScheme: "dark", width: 1440 },
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 360 },
  { colorScheme: "light", width: 1440, language: "ar" },
  { colorScheme: "dark", width: 360, language: "ar" },
];

const options = (view: (typeof VIEWS)[number]): Parameters<Browser["newContext"]>[0] => ({
  viewport: { width: view.width, height: view.width < 600 ? 740 : 900 },
  colorScheme: view.colorScheme,
  reducedMotion: "reduce",
  bypassCSP: true,
});

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  await page.locator("h1").first().waitFor({ state: "attached", timeout: 5000 }).catch(() => undefined);
  await page.waitForTimeout(450);
}

const overflows = (page: Page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

for (const view of VIEWS) {
  const name = `${view.colorScheme}, ${view.width} px${view.language ? `, ${view.language}` : ""}`;

  test(`console pages without a violation (${name})`, async ({ world, watch }) => {
    test.setTimeout(480_000);
    watch.forgive(/status of [45]\d\d/, /Not found: \/nowhere/);
    const pages = await fill(world);
    const found: string[] = [];
    const check = async (page: Page, base: string, list: [string, string][]) => {
      for (const [what, path] of list) {
        await page.goto(base + path);
        await settled(page);
        found.push(...(await violations(page)).map((line) => `${what}: ${line}`));
        const over = await overflows(page);
        if (over > 0) found.push(`${what}: ${over} px wider than the window`);
      }
    };
    const admin = await world.as("admin", options(view));
    const page = await admin.newPage();
    if (view.language) await speak(page, world.server.url, view.language);
    await check(page, world.server.url, pages.console);
    await fail(page);
    await check(page, world.server.url, LISTS);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    if (view.language) await speak(page, world.server.url, "en");
    const empty = await Empty.make();
    const bare = await empty.admin(world.browser, options(view));
    const first = await bare.newPage();
    if (view.language) await speak(first, empty.server.url, view.language);
    await check(first, empty.server.url, LISTS);
    await bare.close();
    await empty.stop();
    const stranger = await world.browser.newContext(options(view));
    await check(await stranger.newPage(), world.server.url, pages.unauthenticated);
    console.log(`  ${pages.console.length + pages.unauthenticated.length} pages, ${found.length} findings`);
    expect(found).toEqual([]);
    await admin.close();
    await stranger.close();
  });

  // These speak the language of the page that carries them; their own tests look at the others.
  if (view.language) continue;
  test(`widget, web chat and demo pages without a violation (${name})`, async ({ world }) => {
    test.setTimeout(120_000);
    const found: string[] = [];
    const customer = await world.customer(options(view));
    const page = await customer.newPage();
    const say = (what: string, lines: string[]) => found.push(...lines.map((line) => `${what}: ${line}`));
    for (const path of ["/", "/bank", "/shop", "/messenger"]) {
      await page.goto(path);
      await settled(page);
      say(path, await violations(page));
      const over = await overflows(page);
      if (over > 0) found.push(`${path}: ${over} px wider than the window`);
    }
    await page.goto("/bank");
    await page.getByRole("button", { name: "Victor VIP" }).click();
    say("account", await violations(page));
    await page.getByRole("button", { name: "Get identification code" }).click();
    const window = page.frameLocator('iframe[src*="/widget/frame/"]');
    const frame = () => page.frames().find((one) => one.url().includes("/widget/frame/"))!;
    await window.getByRole("button", { name: "Get code" }).waitFor();
    say("widget, ready", await violations(frame()));
    await window.getByRole("button", { name: "Get code" }).click();
    await window.locator(".code").waitFor();
    say("widget, code", await violations(frame()));
    const code = (await window.locator(".code").textContent())!;
    await world.company.say("vic", code);
    await window.getByRole("button", { name: "Undo the link" }).waitFor();
    say("widget, linked", await violations(frame()));
    await window.getByRole("button", { name: "Undo the link" }).click();
    await window.getByRole("heading", { name: "The link is undone" }).waitFor();
    say("widget, undone", await violations(frame()));

    await page.goto("/shop");
    await page.getByRole("button", { name: "Chat" }).click();
    const chat = page.frameLocator('iframe[src*="/webchat/frame/"]');
    await chat.getByRole("textbox", { name: "Message" }).fill("Hello");
    await chat.getByRole("textbox", { name: "Message" }).press("Enter");
    await chat.getByText("Delivered").first().waitFor();
    say("web chat", await violations(page.frames().find((one) => one.url().includes("/webchat/frame/"))!));
    expect(found).toEqual([]);
    await customer.close();
  });
}
