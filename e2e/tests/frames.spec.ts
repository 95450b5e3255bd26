import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

const STATES = {
  widget: ["ready", "code", "late", "linked", "undone", "links", "expired", "signed_out", "many", "setup", "loading"],
  webchat: ["talk", "new", "away", "typing", "ended", "signed_in", "no_net"],
};

for (const [product, states] of Object.entries(STATES)) {
  for (const [language, scheme] of [["en", "light"], ["ar", "dark"], ["uk", "light"]] as const) {
    test(`${product} in ${language}, ${scheme}: every state passes axe and fits 320 pixels`, async ({ world, watch }) => {
      // Outside of its iframe the browser asks for an icon.
      watch.forgive(/favicon/);
      const context = await world.browser.newContext({ viewport: { width: 320, height: 640 }, reducedMotion: "reduce", bypassCSP: true });
      const page = await context.newPage();
      for (const state of states) {
        await page.goto(`${world.server.url}/${product}/frame/preview?state=${state}&language=${language}&scheme=${scheme}`);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expect(page.locator("#app > *").first()).toBeVisible();
        expect(await violations(page), `${product} ${state}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBeLessThanOrEqual(320);
      }
      await context.close();
    });
  }
}
