/**
 * Every page, at three widths, light and dark, left to right and right to left, full, empty and failing, into
 * screenshots/. Run by `npm run screenshots` or `cargo xtask screenshots`; the variables below narrow it.
 */
import type { Page } from "@playwright/test";
import { fill, LISTS } from "./support/pages.ts";
import { Empty, fail, speak } from "./support/states.ts";
import { test, type World } from "./support/world.ts";

const list = (name: string, all: string) => (process.env[name] ?? all).split(",");
const WIDTHS = list("WIDTHS", "1440,768,360").map(Number);
const SCHEMES = list("SCHEMES", "light,dark") as ("light" | "dark")[];
const LANGUAGES = list("LANGUAGES", "en,ar");
const STATES = list("STATES", "full,empty,error");
const ONLY = process.env["ONLY"]?.split(",");
const SETTLE_MS = 450;

const wanted = (name: string) => !ONLY || ONLY.includes(name);

async function shoot(page: Page, name: string, view: string): Promise<void> {
  // On a busy machine a page takes its time to be there at all.
  await page.locator("h1").first().waitFor({ state: "attached", timeout: 5000 }).catch(() => undefined);
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: `screenshots/${name}-${view}.png` });
}

async function walk(page: Page, url: string, pages: [string, string][], view: string, state: string): Promise<void> {
  for (const [name, path] of pages) {
    if (!wanted(name)) continue;
    await page.goto(url + path);
    await shoot(page, state === "full" ? name : `${name}-${state}`, view);
  }
}

let nothing: Promise<Empty> | undefined;
test.afterAll(async () => await (await nothing)?.stop());

for (const language of LANGUAGES) {
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      const view = `${width}-${colorScheme}${language === "en" ? "" : `-${language}`}`;
      const options = { viewport: { width, height: width < 600 ? 740 : 900 }, colorScheme, locale: language, reducedMotion: "reduce" } as const;

      test(`console ${view}`, async ({ world, watch }) => {
        test.setTimeout(600_000);
        watch.forgive(/./);
        const pages = await fill(world);
        const context = await world.as("admin", options);
        const admin = await context.newPage();
        await speak(admin, world.server.url, language);
        if (STATES.includes("full")) {
          await walk(admin, world.server.url, pages.console, view, "full");
          const stranger = await (await world.browser.newContext(options)).newPage();
          await walk(stranger, world.server.url, pages.unauthenticated, view, "full");
          await stranger.context().close();
        }
        if (STATES.includes("error")) {
          await fail(admin);
          await walk(admin, world.server.url, LISTS, view, "error");
          await admin.unrouteAll({ behavior: "ignoreErrors" });
        }
        await speak(admin, world.server.url, "en");
        await context.close();
        if (STATES.includes("empty")) {
          const empty = await (nothing ??= Empty.make());
          const page = await (await empty.admin(world.browser, options)).newPage();
          await speak(page, empty.server.url, language);
          await walk(page, empty.server.url, LISTS, view, "empty");
          await page.context().close();
        }
      });

      if (language !== "en") continue;
      test(`site ${view}`, async ({ world, watch }) => {
        test.skip(!wanted("site"));
        test.setTimeout(120_000);
        watch.forgive(/./);
        await site(world, options, view);
      });
    }
  }
}

/** The pages of the demo, the widget and the web chat. */
async function site(world: World, options: Parameters<World["customer"]>[0], view: string): Promise<void> {
  const context = await world.customer(options);
  const page = await context.newPage();
  for (const [name, path] of [["demo", "/"], ["bank-sign-in", "/bank"], ["shop", "/shop"], ["messenger", "/messenger?as=vic"]] as const) {
    await page.goto(path);
    await shoot(page, name, view);
  }
  await page.goto("/shop");
  await page.getByRole("button", { name: "Chat" }).click();
  await shoot(page, "chat", view);
  await page.goto("/bank");
  await page.getByRole("button", { name: "Victor VIP" }).click();
  await shoot(page, "bank", view);
  await page.getByRole("button", { name: "Get identification code" }).click();
  const window = page.frameLocator('iframe[src*="/widget/frame/"]');
  await window.getByRole("button", { name: "Get code" }).waitFor();
  await shoot(page, "widget-ready", view);
  await window.getByRole("button", { name: "Get code" }).click();
  const code = (await window.locator(".code").textContent())!;
  await shoot(page, "widget-code", view);
  await world.company.say("vic", code);
  await window.getByRole("button", { name: "Undo the link" }).waitFor();
  await shoot(page, "widget-linked", view);
  await context.close();
}
