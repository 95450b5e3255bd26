/** Every page, light and dark, at three widths, into screenshots/. Run by `npm run screenshots`. */
import { fill } from "./support/pages.ts";
import { test } from "./support/world.ts";

const WIDTHS = (process.env["WIDTHS"] ?? "1440,768,360").split(",").map(Number);
const SCHEMES = (process.env["SCHEMES"] ?? "light,dark").split(",") as ("light" | "dark")[];
const ONLY = process.env["ONLY"]?.split(",");

for (const colorScheme of SCHEMES) {
  for (const width of WIDTHS) {
    test(`${colorScheme} ${width}`, async ({ world, watch }) => {
      test.setTimeout(300_000);
      watch.forgive(/./);
      const pages = await fill(world);
      const options = { viewport: { width, height: width < 600 ? 740 : 900 }, colorScheme, reducedMotion: "reduce" } as const;
      const shoot = async (page: import("@playwright/test").Page, name: string) => page.screenshot({ path: `screenshots/${name}-${width}-${colorScheme}.png` });
      const admin = await (await world.as("admin", options)).newPage();
      const stranger = await (await world.browser.newContext(options)).newPage();
      for (const [page, list] of [[admin, pages.console], [stranger, pages.unauthenticated]] as const) {
        for (const [name, path] of list) {
          if (ONLY && !ONLY.includes(name)) continue;
          await page.goto(world.server.url + path);
          await page.waitForTimeout(500);
          await shoot(page, name);
        }
      }
      if (ONLY && !ONLY.includes("site")) return;
      const customer = await world.customer(options);
      const site = await customer.newPage();
      for (const [name, path] of [["demo", "/"], ["bank-sign-in", "/bank"], ["shop", "/shop"], ["messenger", "/messenger?as=vic"]] as const) {
        await site.goto(path);
        await site.waitForTimeout(500);
        await shoot(site, name);
      }
      await site.getByRole("button", { name: "Chat" }).or(site.locator("body")).first().waitFor();
      await site.goto("/shop");
      await site.getByRole("button", { name: "Chat" }).click();
      await site.waitForTimeout(900);
      await shoot(site, "chat");
      await site.goto("/bank");
      await site.getByRole("button", { name: "Victor VIP" }).click();
      await shoot(site, "bank");
      await site.getByRole("button", { name: "Get identification code" }).click();
      const window = site.frameLocator('iframe[src*="/widget/frame/"]');
      await window.getByRole("button", { name: "Get code" }).waitFor();
      await site.waitForTimeout(200);
      await shoot(site, "widget-ready");
      await window.getByRole("button", { name: "Get code" }).click();
      const code = (await window.locator(".code").textContent())!;
      await site.waitForTimeout(200);
      await shoot(site, "widget-code");
      await world.company.say("vic", code);
      await window.getByRole("button", { name: "Undo the link" }).waitFor();
      await site.waitForTimeout(200);
      await shoot(site, "widget-linked");
    });
  }
}
