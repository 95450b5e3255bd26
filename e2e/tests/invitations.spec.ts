import type { BrowserContext, Page } from "@playwright/test";
import { expect, test, type World } from "../support/world.ts";

const frameOf = (page: Page) => page.frameLocator('iframe[src*="/webchat/frame/"]');
const bubble = (page: Page) => page.getByRole("status", { name: "Chat" });

/** A shop whose pages carry the tracker and a web chat that invites. */
async function shop(world: World, name: string, more: Record<string, unknown> = {}, chatConfig: Record<string, unknown> = {}): Promise<{ site: string; invitation: string }> {
  const origins = [world.company.origin];
  const site = await world.api.post("/v1/sites", { name, config: { origins, consent: "assumed", storage: "cookie" } });
  const chat = await world.api.post("/v1/channels", { kind: "web_chat", name, config: { origins, invitations: true, ...chatConfig } });
  for (const path of ["goods", "checkout"]) {
    world.company.pages.set(`/${name}/${path}`, `<!doctype html><html lang="en"><head><title>${path}</title><link rel="icon" href="/demo/icon.svg">
      <script async src="${world.server.url}/tracker/1/tracker.js" crossorigin data-key="${site.write_key}"></script>
      <script async src="${world.server.url}/webchat/1/loader.js" data-channel="${chat.id}" data-invitations="on"></script></head><body><h1>${path}</h1></body></html>`);
  }
  const invitation = await world.api.post("/v1/invitations", {
    name: `Checkout of ${name}`, site: site.id, channel: chat.id, when: { url_contains: ["/checkout"], pages_at_least: 2 },
    texts: { en: "Can we help with your order?" }, ...more,
  });
  return { site: site.id, invitation: invitation.id };
}

const figures = async (world: World, id: string) => (await world.api.get(`/v1/invitations/${id}`)).figures;

async function browse(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`/${name}/goods`);
  // Until the page is known to the server, which the tracker tells a second after it was entered.
  await page.waitForResponse((answer) => answer.url().includes("/t/") && answer.request().method() === "POST");
  await page.goto(`/${name}/checkout`);
  return page;
}

test("a visitor who fits is invited, and the team sees by what and where they are", async ({ world }) => {
  const made = await shop(world, "invites");
  const desk = await (await world.as("agent")).newPage();
  await desk.goto("/inbox");

  const page = await browse(await world.customer(), "invites");
  await expect(bubble(page)).toContainText("Can we help with your order?", { timeout: 20_000 });
  await bubble(page).getByRole("button", { name: "Can we help with your order?" }).click();
  await expect(frameOf(page).getByText("Can we help with your order?")).toBeVisible();
  await frameOf(page).getByRole("textbox", { name: "Message" }).fill("Yes: which card do you take?");
  await frameOf(page).getByRole("textbox", { name: "Message" }).press("Enter");

  // Other journeys write here, too: the newest stands first.
  await expect.poll(async () => (await figures(world, made.invitation)).answered).toBe(1);
  await desk.goto("/inbox?sort=newest");
  await desk.getByRole("link", { name: /which card do you take\?/ }).click();
  await expect(desk.getByRole("log")).toContainText("Invited: Checkout of invites");
  const panel = desk.getByRole("complementary", { name: "Who this is" });
  await expect(panel).toContainText("Anonymous");
  await expect(panel).toContainText("checkout");
  expect(await figures(world, made.invitation)).toEqual({ offered: 1, opened: 1, answered: 1, dismissed: 0 });
});

test("who closed an invitation is left alone, and nobody is invited while enough wait", async ({ world }) => {
  const made = await shop(world, "limits", { waiting_max: 1 });
  const desk = await (await world.as("agent")).newPage();
  await desk.goto("/inbox");

  const first = await browse(await world.customer(), "limits");
  await expect(bubble(first)).toBeVisible({ timeout: 20_000 });
  const second = await browse(await world.customer(), "limits");
  // Asked twice: after three seconds, and ten after that.
  await second.waitForResponse((answer) => answer.url().includes("/invitation?visit=") && answer.status() === 204);
  await second.waitForResponse((answer) => answer.url().includes("/invitation?visit=") && answer.status() === 204, { timeout: 20_000 });
  await expect(bubble(second)).toHaveCount(0);

  await first.keyboard.press("Escape");
  await expect(bubble(first)).toHaveCount(0);
  await expect.poll(async () => (await figures(world, made.invitation)).dismissed).toBe(1);
  await first.reload();
  await first.waitForResponse((answer) => answer.url().includes("/invitation?visit=") && answer.status() === 204);
  await expect(bubble(first)).toHaveCount(0);
  // The one who waited has the place.
  await expect(bubble(second)).toBeVisible({ timeout: 30_000 });
});

test("where the chat says that nobody is there, nobody is invited", async ({ world }) => {
  await shop(world, "nobody", {}, { availability: "offline" });
  const page = await browse(await world.customer(), "nobody");
  await page.waitForResponse((answer) => answer.url().includes("/invitation?visit="), { timeout: 20_000 });
  await expect(bubble(page)).toHaveCount(0);
});
