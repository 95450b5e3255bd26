import type { Locator, Page } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { BotApi } from "../support/bot-api.ts";
import { freePort } from "../support/server.ts";
import { expect, test as base, World } from "../support/world.ts";

const TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";
const WRONG = "654321:A-token-that-nobody-gave-out";

/** A workspace that may call the machine it stands on, where a bot's provider answers. */
const test = base.extend<object, { own: { world: World; bot: BotApi } }>({
  own: [
    async ({ browser }, use) => {
      const bot = await new BotApi(await freePort(), TOKEN, "acme_bot").start();
      const world = await World.make(browser, { COUNTERSIGN_OUTBOUND_ALLOW: "127.0.0.0/8" });
      await use({ world, bot });
      await world.stop();
      await bot.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

async function chosen(page: Page, kind: string): Promise<Locator> {
  await page.goto("/channels");
  await page.getByRole("link", { name: "New channel" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("link", { name: kind }).click();
  return drawer;
}

async function fill(drawer: Locator, token: string, api: string): Promise<void> {
  await drawer.getByLabel("Bot token").fill(token);
  const address = drawer.getByLabel("Address of the API");
  if (!(await address.isVisible())) await drawer.getByText("Advanced").click();
  await address.fill(api);
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("button", { name, exact: true }) });

test("every messenger is offered, and says what one needs, what it takes and nothing else", async ({ own }) => {
  const context = await own.world.as("admin", { bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto("/channels?new");
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByRole("list").last().getByRole("link")).toHaveCount(11);
  expect(await violations(page)).toEqual([]);
  for (const [kind, labels, source] of [
    ["WhatsApp", ["Phone number ID", "Access token", "App secret", "Name of the template"], /^https:\/\/developers\.facebook\.com\//],
    ["Facebook Messenger", ["Page access token", "App secret"], /^https:\/\/developers\.facebook\.com\//],
    ["Instagram", ["Access token", "App secret"], /^https:\/\/developers\.facebook\.com\//],
    ["SMS", ["Account SID", "Sender", "Auth token"], /^https:\/\/console\.twilio\.com/],
    ["Viber", ["Auth token"], /^https:\/\/partners\.viber\.com/],
    ["LINE", ["Channel access token", "Channel secret"], /^https:\/\/developers\.line\.biz\//],
    ["Matrix", ["Homeserver", "Access token"], /^https:\/\/matrix\.org\//],
  ] as const) {
    await drawer.getByRole("link", { name: kind }).click();
    await expect(drawer.getByRole("heading", { name: `Connect ${kind}` })).toBeVisible();
    for (const label of labels) await expect(drawer.getByLabel(label, { exact: true }), `${kind}: ${label}`).toBeVisible();
    await expect(drawer.getByRole("region").or(drawer.locator("section")).getByRole("link")).toHaveAttribute("href", source);
    if (kind === "WhatsApp") expect(await violations(page)).toEqual([]);
    await drawer.getByRole("link", { name: "Back" }).click();
  }
  await context.close();
});

test("a mailbox is asked for what mail needs, fills in what goes without saying, and says what does not work at its place", async ({ own, watch }) => {
  watch.forgive(/status of 400/);
  const context = await own.world.as("admin", { bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  const drawer = await chosen(page, "E-mail");
  await drawer.getByLabel("Address", { exact: true }).fill("support@acme.test");
  const [reading, sending] = [drawer.getByRole("group", { name: "Reading (IMAP)" }), drawer.getByRole("group", { name: "Sending (SMTP)" })];
  await reading.getByLabel("Server").fill("imap.acme.test");
  await expect(reading.getByLabel("User name")).toHaveValue("support@acme.test");
  await expect(reading.getByLabel("Port")).toHaveValue("993");
  await sending.getByLabel("Server").fill("127.0.0.1");
  await sending.getByLabel("Encryption").selectOption("STARTTLS");
  await expect(sending.getByLabel("Port")).toHaveValue("587");
  await sending.getByLabel("Port").fill("70");
  await reading.getByLabel("Password").fill("a-secret");
  await reading.getByLabel("Server").fill("192.168.0.1");
  expect(await violations(page)).toEqual([]);
  await drawer.getByRole("button", { name: "Connect" }).click();
  await expect(reading.getByText("not a public one")).toBeVisible();
  await expect(reading.getByLabel("Server")).toBeFocused();
  await reading.getByLabel("Server").fill("127.0.0.1");
  await reading.getByLabel("Port").fill(String(await freePort()));
  await drawer.getByRole("button", { name: "Connect" }).click();
  await expect(drawer.getByRole("alert")).toContainText("the server for reading: no connection");
  expect(await violations(page)).toEqual([]);
  for (const [width, scheme] of [[1440, "light"], [360, "dark"]] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    if (process.env.COUNTERSIGN_SHOTS) await page.screenshot({ path: `${process.env.COUNTERSIGN_SHOTS}/mail-${width}-${scheme}.png` });
  }
  await context.close();
});

test("what is wrong is said where it is, nothing is saved, and no secret is ever shown or told", async ({ own, watch }) => {
  const { world, bot } = own;
  watch.forgive(/status of 400/);
  const context = await world.as("admin");
  const page = await context.newPage();
  const told: Promise<string>[] = [];
  page.on("response", (answer) => {
    if (answer.url().includes("/v1/") && !answer.url().includes("/live")) told.push(answer.text().catch(() => ""));
  });
  const drawer = await chosen(page, "Telegram");
  const connect = drawer.getByRole("button", { name: "Connect" });

  await fill(drawer, TOKEN, "http://192.0.2.1");
  await connect.click();
  const address = drawer.getByLabel("Address of the API");
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(address).toBeFocused();

  await fill(drawer, WRONG, bot.url);
  await connect.click();
  await expect(drawer.getByRole("alert")).toContainText("Telegram did not accept this. Nothing was saved.");
  await expect(drawer.getByRole("alert")).toContainText("Telegram does not know this token");
  await expect(drawer.getByRole("alert")).toBeFocused();

  bot.trouble = { status: 502, description: "Bad Gateway" };
  await connect.click();
  await expect(drawer.getByRole("alert")).toContainText("Telegram cannot be reached. Nothing was saved.");
  bot.trouble = undefined;
  const before = (await world.api.get("/v1/channels")).data.filter((one: any) => one.kind === "telegram");
  expect(before).toEqual([]);

  await fill(drawer, TOKEN, bot.url);
  await connect.click();
  await expect(drawer.getByText("Telegram is connected as @acme_bot.")).toBeVisible();
  await drawer.getByRole("button", { name: "Done" }).click();
  await expect(row(page, "Telegram")).toContainText(/Set: .?Bot token/);

  await page.getByRole("button", { name: "Actions for Telegram" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await expect(drawer.locator("input[type=password]")).toHaveCount(0);
  await expect(drawer.getByRole("button", { name: "Replace: Bot token" })).toBeVisible();
  const shown = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll("input")].map((input) => input.value).join("\n"));
  for (const secret of [TOKEN, WRONG]) {
    expect(shown.includes(secret), "in the page").toBe(false);
    expect((await Promise.all(told)).some((text) => text.includes(secret)), "in an answer").toBe(false);
    expect(world.server.log.includes(secret), "in the log").toBe(false);
  }
  // A new name alone does not begin anew with the provider.
  const calls = bot.called.length;
  await drawer.getByLabel("Name").fill("Our bot");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Our bot")).toBeVisible();
  expect(bot.called.slice(calls)).toEqual([]);
  for (const one of (await world.api.get("/v1/channels")).data) if (one.kind === "telegram") await world.api.call("DELETE", `/v1/channels/${one.id}`);
  await context.close();
});

test("a bot is connected without a mouse; a customer writes to it, an agent answers, and what breaks is seen and mended", async ({ own }) => {
  const { world, bot } = own;
  const context = await world.as("admin", { bypassCSP: true, reducedMotion: "reduce" });
  const page = await context.newPage();
  const { keyboard } = page;
  const drawer = page.getByRole("dialog");
  /** With Tab alone. */
  const to = async (target: Locator) => {
    await target.waitFor();
    for (let n = 0; n < 40; n++) {
      if (await target.evaluate((node) => node === document.activeElement)) return;
      await keyboard.press("Tab");
    }
    throw new Error(`${target} is not reached with Tab`);
  };
  await page.goto("/channels");
  await to(page.getByRole("link", { name: "New channel" }));
  await keyboard.press("Enter");
  await to(drawer.getByRole("link", { name: "Telegram" }));
  await keyboard.press("Enter");
  await to(drawer.getByLabel("Bot token"));
  await keyboard.type(TOKEN);
  await to(drawer.locator("summary"));
  await keyboard.press("Enter");
  await to(drawer.getByLabel("Address of the API"));
  await keyboard.type(bot.url);
  await keyboard.press("Enter");
  await expect(drawer.getByText("Telegram is connected as @acme_bot.")).toBeVisible();
  await expect(drawer.getByRole("link", { name: /Open Telegram/ })).toHaveAttribute("href", "https://t.me/acme_bot");
  await expect(drawer.getByText("Waiting for the first message…")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await to(drawer.getByRole("button", { name: "Test" }));
  await keyboard.press("Enter");
  await expect(drawer.getByText("@acme_bot answers")).toBeVisible();

  bot.write(42, "Ann", { text: "Hello, is anybody there?" });
  await expect(drawer.getByText("A message has arrived.")).toBeVisible();
  await to(drawer.getByRole("button", { name: "Done" }));
  await keyboard.press("Enter");
  await expect(drawer).toHaveCount(0);

  const agent = await (await world.as("agent")).newPage();
  await agent.goto("/inbox");
  await agent.getByRole("link", { name: /Hello, is anybody there/ }).click();
  bot.write(42, "Ann", { caption: "my card", document: { file_id: "f1", file_name: "card.pdf", mime_type: "application/pdf", file_size: 1200 } });
  await expect(agent.getByText("On its way: it is being fetched from the channel.")).toBeVisible();
  const reply = agent.getByRole("textbox", { name: /Reply/ });
  await reply.fill("Yes, Ann. How can we help?");
  await reply.press("Control+Enter");
  await expect.poll(() => bot.sent).toEqual([{ chat_id: "42", text: "Yes, Ann. How can we help?" }]);

  bot.trouble = { status: 401, description: "Unauthorized" };
  await expect(row(page, "Telegram")).toContainText("Not working");
  const broken = page.getByRole("row").filter({ hasText: "Telegram does not work:" });
  await expect(broken).toContainText("Telegram does not know this token");
  expect(await violations(page)).toEqual([]);
  await row(page, "Telegram").getByRole("button", { name: "Test" }).click();
  await expect(page.getByText(/The test failed: .*does not know this token/)).toBeVisible();
  bot.trouble = undefined;
  await broken.getByRole("button", { name: "Change the settings" }).click();
  await drawer.getByRole("button", { name: "Replace: Bot token" }).click();
  await expect(drawer.getByLabel("Bot token")).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await drawer.getByLabel("Bot token").fill(TOKEN);
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Telegram")).toContainText("Connected");
  await context.close();
});
