import type { BrowserContext, Page } from "@playwright/test";
import { expect, test, World } from "../support/world.ts";

const frameOf = (page: Page) => page.frameLocator('iframe[src*="/widget/frame/"]');

/** Presses as a person does, and counts. */
class Hand {
  clicks = 0;
  async click(target: { click(): Promise<void> }): Promise<void> {
    this.clicks += 1;
    await target.click();
  }
}

async function signIn(page: Page, name: string, hand = new Hand()): Promise<void> {
  await page.goto("/bank");
  await hand.click(page.getByRole("button", { name }));
}

async function copyCode(page: Page, hand = new Hand()): Promise<void> {
  await hand.click(page.getByRole("button", { name: "Get identification code" }));
  await hand.click(frameOf(page).getByRole("button", { name: "Get code" }));
  await hand.click(frameOf(page).getByRole("button", { name: "Copy code" }));
  await expect(frameOf(page).getByRole("button", { name: "Copied" })).toBeVisible();
}

async function openCase(world: World, id: string): Promise<{ agent: BrowserContext; desk: Page }> {
  const agent = await world.as("agent");
  const desk = await agent.newPage();
  await desk.goto(`/inbox/${id}`);
  await expect(panel(desk)).toBeVisible();
  return { agent, desk };
}

const panel = (desk: Page) => desk.getByRole("complementary", { name: "Who this is" });

test("open bank page → Get code → paste in messenger → badge “Authenticated” in the agent's console", async ({ world }) => {
  const first = await world.company.say("vic", "Hello, is my card ready?");
  const { desk } = await openCase(world, first.case.id);
  await expect(panel(desk)).toContainText("Anonymous");

  const hand = new Hand();
  const customer = await world.customer();
  const bank = await customer.newPage();
  await signIn(bank, "Victor VIP", hand);
  await copyCode(bank, hand);
  const pigeon = await customer.newPage();
  await pigeon.goto("/messenger");
  await hand.click(pigeon.getByRole("button", { name: /Vic/ }));
  await hand.click(pigeon.getByRole("textbox", { name: "Message" }));
  await pigeon.keyboard.press("Control+V");
  await desk.evaluate(() => {
    const done = () => document.querySelector("aside .badge.al3") !== null;
    const look = () => (done() ? ((window as any).badgeAt = Date.now()) : requestAnimationFrame(look));
    look();
  });
  const sent = Date.now();
  await hand.click(pigeon.getByRole("button", { name: "Send" }));
  await desk.waitForFunction(() => (window as any).badgeAt, undefined, { timeout: 20_000 });
  const badge = (await desk.evaluate(() => (window as any).badgeAt)) - sent;
  console.log(`  clicks ${hand.clicks}, badge after ${badge} ms`);
  expect(hand.clicks).toBeLessThanOrEqual(9);
  expect(badge).toBeLessThan(5000);

  await expect(panel(desk)).toContainText("Authenticated");
  await expect(panel(desk)).toContainText("Victor VIP");
  await expect(panel(desk)).toContainText("Tariff");
  await expect(panel(desk)).toContainText("VIP");
  await expect(desk.getByRole("log")).toContainText("••••-••••");
  await bank.bringToFront();
  await expect(frameOf(bank).getByText(/Linked to .*Pigeon/).first()).toBeVisible();
  await expect(bank.getByText("A chat was linked to you just now.")).toBeVisible();
});

test("“not me, undo” on the bank page takes the badge away", async ({ world }) => {
  const first = await world.company.say("anna.k", "Good morning");
  const { desk } = await openCase(world, first.case.id);
  const customer = await world.customer();
  const bank = await customer.newPage();
  await signIn(bank, "Anna Standard");
  await copyCode(bank);
  const code = await bank.evaluate(() => navigator.clipboard.readText());
  await world.company.say("anna.k", `my code is ${code.toLowerCase()} thank you`);
  await expect(panel(desk)).toContainText("Authenticated");
  await expect(frameOf(bank).getByText(/Linked to .*Pigeon.*Anna K\./).first()).toBeVisible();
  await frameOf(bank).getByRole("button", { name: "Undo the link" }).click();
  await expect(frameOf(bank).getByRole("heading", { name: "The link is undone" })).toBeVisible();
  await expect(panel(desk)).toContainText("Anonymous");
  await expect(panel(desk)).not.toContainText("Authenticated");
});

test("a used code links nobody else, and the agent sees why", async ({ world, watch }) => {
  void watch;
  const customer = await world.customer();
  const bank = await customer.newPage();
  await signIn(bank, "Victor VIP");
  await copyCode(bank);
  const code = await bank.evaluate(() => navigator.clipboard.readText());
  await world.company.say("vic", code);
  const second = await world.company.say("jo", code);
  expect(second.identification).toMatchObject({ outcome: "invalid", reason: "used" });
  const { desk } = await openCase(world, second.case.id);
  await expect(panel(desk)).toContainText("Anonymous");
  await expect(desk.getByRole("log")).toContainText("Code not accepted");
  await expect(desk.getByRole("log")).toContainText("It had been used before");
  await expect(desk.getByRole("log")).not.toContainText(code);
});

test("while codes are being guessed the page asks before anybody is linked (C-5)", async ({ browser }) => {
  const world = await World.make(browser, { COUNTERSIGN_CODE_MISSES_PER_MIN_ALARM: "1" });
  try {
    await world.company.say("jo", "WDJB-MJHT-KLPJ");
    const first = await world.company.say("vic", "Hello");
    const { desk } = await openCase(world, first.case.id);
    const customer = await world.customer();
    const bank = await customer.newPage();
    await signIn(bank, "Victor VIP");
    await copyCode(bank);
    const guessed = await world.company.say("sunny99", await bank.evaluate(() => navigator.clipboard.readText()));
    expect(guessed.identification).toMatchObject({ outcome: "invalid", reason: "unconfirmed" });
    await expect(frameOf(bank).getByRole("heading", { name: "Was that you?" })).toBeVisible();
    await frameOf(bank).getByRole("button", { name: "No, not me" }).click();
    await expect(frameOf(bank).getByText("The code is void and nobody is linked.")).toBeVisible();

    await frameOf(bank).getByRole("button", { name: "Get a new code" }).click();
    await frameOf(bank).getByRole("button", { name: "Copy code" }).click();
    await expect(frameOf(bank).getByRole("button", { name: "Copied" })).toBeVisible();
    await world.company.say("vic", await bank.evaluate(() => navigator.clipboard.readText()));
    await expect(frameOf(bank).getByText(/Pigeon.*Vic.*has sent your code/).first()).toBeVisible();
    await expect(panel(desk)).toContainText("Anonymous");
    await expect(desk.getByRole("log")).toContainText("codes are being guessed");
    await frameOf(bank).getByRole("button", { name: "Yes, that was me" }).click();
    await expect(frameOf(bank).getByRole("heading", { name: "Chat linked" })).toBeVisible();
    await expect(panel(desk)).toContainText("Authenticated");
    await expect(panel(desk)).toContainText("Victor VIP");
  } finally {
    await world.stop();
  }
});

test("the host page cannot read the code, and no code is issued before a press (W-3, W-4)", async ({ world }) => {
  const customer = await world.customer();
  const bank = await customer.newPage();
  const asked: string[] = [];
  customer.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await signIn(bank, "Victor VIP");
  await bank.getByRole("button", { name: "Get identification code" }).click();
  await expect(frameOf(bank).getByRole("button", { name: "Get code" })).toBeVisible();
  await bank.waitForTimeout(500);
  expect(asked.filter((line) => line.startsWith("POST"))).toEqual([]);
  // A script's press is no press.
  const frame = bank.frames().find((candidate) => candidate.url().includes("/widget/frame/"))!;
  await frame.evaluate(() => document.querySelector<HTMLButtonElement>("button.main")!.click());
  await bank.waitForTimeout(300);
  expect(asked.filter((line) => line.startsWith("POST"))).toEqual([]);

  await frameOf(bank).getByRole("button", { name: "Get code" }).click();
  const code = (await frameOf(bank).locator(".code").textContent())!.trim();
  expect(code).toMatch(/^[\w-]{8,}$/);
  const seen = await bank.evaluate(() => {
    const view = document.querySelector<HTMLIFrameElement>('iframe[src*="/widget/frame/"]')!;
    let inside = "nothing";
    try {
      inside = view.contentWindow!.document.body.innerHTML;
    } catch (error) {
      inside = (error as Error).name;
    }
    return { inside, document: view.contentDocument, page: document.documentElement.outerHTML };
  });
  expect(seen.inside).toBe("SecurityError");
  expect(seen.document).toBeNull();
  expect(seen.page).not.toContain(code);
  expect(seen.page).not.toContain(code.replaceAll("-", ""));
});

test("a page on another origin gets no frame", async ({ world, watch }) => {
  watch.forgive(/frame-ancestors|violates the following|ERR_BLOCKED|countersign/);
  const set = world.company.set!;
  world.company.pages.set("/elsewhere", `<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="/demo/icon.svg"><button class="countersign-identify">Identify</button><script src="${world.server.url}/widget/1/loader.js" data-widget="${set.widget}"></script>`);
  const customer = await world.browser.newContext();
  const page = await customer.newPage();
  // The same process under an address that the widget does not list.
  await page.goto(`http://localhost:${world.company.port}/elsewhere`);
  const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await page.getByRole("button", { name: "Identify" }).click();
  await refused;
  await expect(page.getByText("The identification window could not be opened.")).toBeVisible();
});
