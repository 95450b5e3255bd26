import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, test, type World } from "../support/world.ts";

const frameOf = (page: Page) => page.frameLocator('iframe[src*="/webchat/frame/"]');
const field = (page: Page) => frameOf(page).getByRole("textbox", { name: "Message", exact: true });
/** One red pixel. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");

/** A page of the company with a chat, on which `window.person` is signed in. */
async function page(world: World, chat: string, person?: string): Promise<Page> {
  world.company.pages.set(
    "/account",
    `<!doctype html><html lang="en"><head><title>Account</title><link rel="icon" href="/demo/icon.svg"></head><body>
    <script>window.person = ${JSON.stringify(person ?? null)};
    const signed = () => ({ token: () => person && fetch("/bank/token?customer=" + person).then((r) => r.json()).then((j) => j.token) });
    window.countersignChat = signed();
    window.change = (next) => { person = next; window.countersignChat = signed(); };</script>
    <script src="${world.server.url}/webchat/1/loader.js" data-channel="${chat}"></script></body></html>`,
  );
  const context = await world.customer();
  const shop = await context.newPage();
  await shop.goto("/account");
  return shop;
}

async function channel(world: World, config: Record<string, unknown> = {}): Promise<string> {
  const made = await world.api.post("/v1/channels", { kind: "web_chat", name: "Account chat", config: { origins: [world.company.origin], title: "Acme", greeting: "Hello!", accent: "#1b5e4b", availability: "online", ...config } });
  return made.id as string;
}

async function writesUntil(where: Locator, sign: Locator): Promise<void> {
  await expect(async () => {
    await where.pressSequentially("one more thing ");
    await expect(sign).toBeVisible({ timeout: 1500 });
  }).toPass({ timeout: 20_000 });
}

async function desk(world: World, words: RegExp): Promise<Page> {
  const agent = await world.as("agent");
  const view = await agent.newPage();
  await view.goto("/inbox");
  await view.getByRole("link", { name: words }).first().click();
  return view;
}

test("a signed-in customer is Authenticated from the first message, and the next person sees nothing of it", async ({ world }) => {
  const chat = await channel(world);
  const shop = await page(world, chat, "anna");
  await shop.getByRole("button", { name: "Chat" }).click();
  await expect(frameOf(shop).getByText(/Signed in as .*Anna Standard/)).toBeVisible();
  await field(shop).fill("My secret question");
  await field(shop).press("Enter");
  await expect(frameOf(shop).getByText("My secret question")).toBeVisible();
  const view = await desk(world, /My secret question/);
  await expect(view.getByRole("complementary", { name: "Who this is" })).toContainText("Authenticated");
  await expect(view.getByRole("complementary", { name: "Who this is" })).toContainText("Anna Standard");

  await shop.evaluate(() => (window as any).change("victor"));
  await expect(frameOf(shop).getByText(/Signed in as .*Victor VIP/)).toBeVisible();
  await expect(frameOf(shop).getByText("My secret question")).toHaveCount(0);
  await shop.evaluate(() => (window as any).change(null));
  await expect(frameOf(shop).getByText("Signed in as")).toHaveCount(0);
  await expect(frameOf(shop).getByText("My secret question")).toHaveCount(0);
  // The one who comes back finds it again, on this browser or another.
  await shop.evaluate(() => (window as any).change("anna"));
  await expect(frameOf(shop).getByText("My secret question")).toBeVisible();
});

test("files go both ways, a picture is shown, and typing and ticks are seen", async ({ world }) => {
  const chat = await channel(world);
  const shop = await page(world, chat);
  await shop.getByRole("button", { name: "Chat" }).click();
  await field(shop).fill("Here is my receipt");
  await frameOf(shop).locator('input[type="file"]').setInputFiles({ name: "receipt‮gnp.exe", mimeType: "image/png", buffer: PNG });
  await expect(frameOf(shop).getByText("receiptgnp.exe.png")).toBeVisible();
  await field(shop).press("Enter");
  await expect(frameOf(shop).getByRole("img", { name: "receiptgnp.exe.png" })).toBeVisible();
  await expect(frameOf(shop).locator(".row.in.delivered")).toBeVisible();

  const view = await desk(world, /Here is my receipt/);
  const picture = view.getByRole("img", { name: "receiptgnp.exe.png" });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await expect(frameOf(shop).locator(".row.in.read")).toBeVisible();

  // A sign of typing is not kept: who opens the stream a moment later sees the next one, of somebody who writes on.
  await writesUntil(field(shop), view.getByText(/is writing…/));
  await writesUntil(view.getByRole("textbox", { name: /^Reply to/ }), frameOf(shop).getByText("Somebody is writing…"));

  await view.locator('input[type="file"]').setInputFiles({ name: "offer.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 an offer") });
  await expect(view.getByRole("button", { name: "Remove offer.pdf" })).toBeVisible();
  await view.getByRole("button", { name: "Send", exact: true }).click();
  await expect(frameOf(shop).getByText("offer.pdf")).toBeVisible();
  await expect(view.getByRole("log")).toContainText("Read");
  const [download] = await Promise.all([shop.waitForEvent("download"), frameOf(shop).getByRole("button", { name: /offer\.pdf/ }).click()]);
  expect(download.suggestedFilename()).toBe("offer.pdf");
  expect(readFileSync((await download.path())!, "utf8")).toBe("%PDF-1.7 an offer");
  await shop.reload();
  await shop.getByRole("button", { name: "Chat" }).click();
  await expect(frameOf(shop).getByText("offer.pdf")).toBeVisible();
  await expect(frameOf(shop).getByRole("img", { name: "receiptgnp.exe.png" })).toBeVisible();
});

test("a page dressed as a picture is not taken, and says why", async ({ world, watch }) => {
  watch.forgive(/415/);
  const chat = await channel(world);
  const shop = await page(world, chat);
  await shop.getByRole("button", { name: "Chat" }).click();
  await field(shop).fill("x");
  await frameOf(shop).locator('input[type="file"]').setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: Buffer.from("<html><script>alert(1)</script>") });
  await expect(frameOf(shop).getByText(/photo\.png.*files of this type/)).toBeVisible();
});

test("questions before the chat, and a message when nobody is there, become claims", async ({ world }) => {
  const chat = await channel(world, { availability: "offline", offline_text: "Back at nine.", questions: [{ key: "order", label: "Order number", required: true }] });
  const shop = await page(world, chat);
  await shop.getByRole("button", { name: "Chat" }).click();
  await expect(frameOf(shop).getByText("Back at nine.")).toBeVisible();
  await field(shop).fill("Where is my order, please?");
  await field(shop).press("Enter");
  await expect(frameOf(shop).getByText("Please fill this in.")).toBeVisible();
  await frameOf(shop).getByLabel("Order number").fill("A-17");
  await frameOf(shop).getByLabel(/E-mail address/).fill("anna.standard@mail.example");
  await field(shop).press("Enter");
  await expect(frameOf(shop).getByText("Where is my order, please?")).toBeVisible();
  await expect(frameOf(shop).getByLabel("Order number")).toHaveCount(0);
  const view = await desk(world, /Where is my order, please\?/);
  await expect(view.getByRole("log")).toContainText("Order number: A-17");
  await expect(view.getByRole("complementary", { name: "Who this is" })).toContainText("Anonymous");
});

test("a line beside the launcher opens the chat; a page that is not registered is told so", async ({ world, watch }) => {
  watch.forgive(/frame-ancestors|violates the following|ERR_BLOCKED|countersign/);
  const chat = await channel(world);
  const shop = await page(world, chat);
  await shop.evaluate(() => (window as any).countersignChat.propose("Can we help <b>you</b>?"));
  await shop.getByRole("button", { name: "Can we help <b>you</b>?" }).click();
  await expect(frameOf(shop).getByText("Hello!")).toBeVisible();

  const context = await world.browser.newContext();
  const foreign = await context.newPage();
  world.company.pages.set("/foreign", `<!doctype html><title>Foreign</title><link rel="icon" href="/demo/icon.svg"><body><script src="${world.server.url}/webchat/1/loader.js" data-channel="${chat}"></script>`);
  await foreign.clock.install();
  await foreign.goto(`http://localhost:${world.company.port}/foreign`);
  const told = foreign.waitForEvent("console", (message) => /is http:\/\/localhost:\d+ among the origins of chan_/.test(message.text()));
  await foreign.evaluate(() => (window as any).countersignChat.open());
  await foreign.clock.runFor(16_000);
  await told;
});
