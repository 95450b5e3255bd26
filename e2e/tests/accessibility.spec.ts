import type { Browser, BrowserContext, Frame, Page } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { fill, LISTS } from "../support/pages.ts";
import { Empty, fail, speak } from "../support/states.ts";
import { Walk } from "../support/walk.ts";
import { expect, test } from "../support/world.ts";

type Scheme = "light" | "dark";

/** Each page is laid out once a view, at the width of a small phone too; in a second scheme only its colours differ, so only they are looked at again. */
const VIEWS: { schemes: [Scheme, ...Scheme[]]; width: number; language?: string }[] = [
  { schemes: ["light", "dark"], width: 1440 },
  { schemes: ["light", "dark"], width: 320 },
  { schemes: ["light"], width: 1440, language: "ar" },
  { schemes: ["dark"], width: 320, language: "ar" },
];
const TABS = 2;

// A trace takes a picture of the document at every step, which costs more here than all that is tested.
test.use({ trace: "off" });

const options = (view: (typeof VIEWS)[number]): Parameters<Browser["newContext"]>[0] => ({
  viewport: { width: view.width, height: view.width < 600 ? 740 : 900 },
  colorScheme: view.schemes[0],
  reducedMotion: "reduce",
  bypassCSP: true,
});

const overflows = (page: Page) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

/** Looks at the pages in tabs of one browser, each tab taking the next page that nobody took. */
async function look(context: BrowserContext, base: string, pages: [string, string][], schemes: [Scheme, ...Scheme[]], before = async (_: Page) => {}): Promise<string[]> {
  const found: string[] = [];
  const left = [...pages];
  const tab = async () => {
    const page = await context.newPage();
    await before(page);
    const walk = new Walk(page);
    for (let next = left.shift(); next; next = left.shift()) {
      const [what, path] = next;
      const say = (lines: string[]) => found.push(...lines.map((line) => `${what}: ${line}`));
      await walk.to(base + path);
      say(await violations(page));
      const over = await overflows(page);
      if (over > 0) say([`${over} px wider than the window`]);
      for (const scheme of schemes.slice(1)) {
        await page.emulateMedia({ colorScheme: scheme });
        await walk.still();
        say((await violations(page, "colours")).map((line) => `${scheme}: ${line}`));
        await page.emulateMedia({ colorScheme: schemes[0] });
        // Else the next page may be looked at while it still wears the colours of this scheme.
        await walk.still();
      }
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: TABS }, tab));
  return found;
}

for (const view of VIEWS) {
  const name = `${view.schemes.join(" and ")}, ${view.width} px${view.language ? `, ${view.language}` : ""}`;

  test(`console pages without a violation (${name})`, async ({ world, watch }) => {
    test.setTimeout(600_000);
    watch.forgive(/status of [45]\d\d/, /Not found: \/nowhere/);
    const pages = await fill(world);
    const found: string[] = [];
    const admin = await world.as("admin", options(view));
    const say = async (language: string) => {
      if (!view.language) return;
      const page = await admin.newPage();
      await speak(page, world.server.url, language);
      await page.close();
    };
    await say(view.language!);
    found.push(...(await look(admin, world.server.url, pages.console, view.schemes)));
    found.push(...(await look(admin, world.server.url, LISTS, view.schemes, fail)));
    await say("en");
    const empty = await Empty.make();
    const bare = await empty.admin(world.browser, options(view));
    if (view.language) {
      const page = await bare.newPage();
      await speak(page, empty.server.url, view.language);
      await page.close();
    }
    found.push(...(await look(bare, empty.server.url, LISTS, view.schemes)));
    await bare.close();
    await empty.stop();
    const stranger = await world.browser.newContext(options(view));
    // The reference is one long page that speaks English only.
    const outside = pages.unauthenticated.filter(([what]) => !view.language || what !== "api-reference");
    found.push(...(await look(stranger, world.server.url, outside, view.schemes)));
    console.log(`  ${pages.console.length + 2 * LISTS.length + outside.length} pages, ${found.length} findings`);
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
    const walk = new Walk(page);
    const look = async (what: string, where: Page | Frame = page) => {
      for (const scheme of view.schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await walk.still();
        const lines = await violations(where, scheme === view.schemes[0] ? "all" : "colours");
        found.push(...lines.map((line) => `${what}, ${scheme}: ${line}`));
      }
      await page.emulateMedia({ colorScheme: view.schemes[0] });
    };
    for (const path of ["/", "/bank", "/shop", "/messenger"]) {
      await page.goto(path);
      await walk.settled();
      await look(path);
      const over = await overflows(page);
      if (over > 0) found.push(`${path}: ${over} px wider than the window`);
    }
    await page.goto("/bank");
    await page.getByRole("button", { name: "Victor VIP" }).click();
    await look("account");
    await page.getByRole("button", { name: "Get identification code" }).click();
    const window = page.frameLocator('iframe[src*="/widget/frame/"]');
    const frame = () => page.frames().find((one) => one.url().includes("/widget/frame/"))!;
    await window.getByRole("button", { name: "Get code" }).waitFor();
    await look("widget, ready", frame());
    await window.getByRole("button", { name: "Get code" }).click();
    await window.locator(".code").waitFor();
    await look("widget, code", frame());
    const code = (await window.locator(".code").textContent())!;
    await world.company.say("vic", code);
    await window.getByRole("button", { name: "Undo the link" }).waitFor();
    await look("widget, linked", frame());
    await window.getByRole("button", { name: "Undo the link" }).click();
    await window.getByRole("heading", { name: "The link is undone" }).waitFor();
    await look("widget, undone", frame());

    await page.goto("/shop");
    await page.getByRole("button", { name: "Chat" }).click();
    const chat = page.frameLocator('iframe[src*="/webchat/frame/"]');
    await chat.getByRole("textbox", { name: "Message" }).fill("Hello");
    await chat.getByRole("textbox", { name: "Message" }).press("Enter");
    await chat.getByText("Delivered").first().waitFor();
    await look("web chat", page.frames().find((one) => one.url().includes("/webchat/frame/"))!);
    expect(found).toEqual([]);
    await customer.close();
  });
}
