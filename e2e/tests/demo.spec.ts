/** The journey that the whole product is about, on `countersign demo` as a newcomer starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { expect, type Page, test } from "@playwright/test";
import { binary, environment, freePort } from "../support/server.ts";
import { Watch } from "../support/watch.ts";

interface Demo {
  console_url: string;
  site_url: string;
  people: { role: string; email: string; password: string }[];
}

async function start(): Promise<{ demo: Demo; child: ChildProcess; ms: number }> {
  const began = Date.now();
  const child = spawn(binary(), ["demo", "--json", "--listen", `127.0.0.1:${await freePort()}`], { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stderr!.on("data", (data: Buffer) => (err += data.toString()));
  const demo = await new Promise<Demo>((done, fail) => {
    const late = setTimeout(() => fail(new Error(`The demo printed nothing:\n${err}`)), 60_000);
    child.once("exit", (code) => fail(new Error(`The demo ended with ${code}:\n${err}`)));
    child.stdout!.on("data", (data: Buffer) => {
      out += data.toString();
      try {
        done(JSON.parse(out) as Demo);
        clearTimeout(late);
      } catch {
        // Not all of it yet.
      }
    });
  });
  return { demo, child, ms: Date.now() - began };
}

test("countersign demo: open bank page → Get code → paste in messenger → badge “Authenticated” in the agent's console", async ({ browser }) => {
  const watch = new Watch(browser);
  const { demo, child, ms } = await start();
  try {
    console.log(`  the demo was ready after ${ms} ms`);
    const agent = demo.people.find(({ role }) => role === "Agent")!;
    const context = await browser.newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    let clicks = 0;
    const click = async (target: { click(): Promise<void> }) => {
      clicks += 1;
      await target.click();
    };

    // The agent is at work already.
    const desk = await context.newPage();
    await desk.goto(`${demo.console_url}log-in`);
    await desk.getByLabel("E-mail").fill(agent.email);
    await desk.getByLabel("Password").fill(agent.password);
    await desk.getByRole("button", { name: "Log in" }).click();
    await desk.waitForURL(/\/inbox/);

    const opened = (page: Page) => page.waitForEvent("popup");
    const start = await context.newPage();
    await start.goto(demo.site_url);
    const [bank] = await Promise.all([opened(start), click(start.locator("main").getByRole("link", { name: /Acme Bank/ }).first())]);
    await click(bank.getByRole("button", { name: /Victor VIP/ }));
    await click(bank.getByRole("button", { name: "Get identification code" }));
    const window = bank.frameLocator('iframe[src*="/widget/frame/"]');
    await click(window.getByRole("button", { name: "Get code" }));
    await click(window.getByRole("button", { name: "Copy code" }));
    await expect(window.getByRole("button", { name: "Copied" })).toBeVisible();
    const [pigeon] = await Promise.all([opened(start), click(start.locator("main").getByRole("link", { name: /Pigeon/ }).first())]);
    await expect(pigeon.getByText("Official account")).toBeVisible();
    await expect(pigeon.getByRole("textbox", { name: "Message" })).toBeFocused();
    await pigeon.keyboard.press("Control+V");

    await desk.evaluate(() => {
      const before = document.querySelectorAll(".badge.al3").length;
      const fresh = () => [...document.querySelectorAll("button")].some((button) => /Show .* new case/.test(button.getAttribute("aria-label") ?? ""));
      const look = () => (document.querySelectorAll(".badge.al3").length > before || fresh() ? ((window as any).badgeAt = Date.now()) : requestAnimationFrame(look));
      look();
    });
    const sent = Date.now();
    await click(pigeon.getByRole("button", { name: "Send" }));
    await desk.waitForFunction(() => (window as any).badgeAt, undefined, { timeout: 20_000 });
    const badge = (await desk.evaluate(() => (window as any).badgeAt)) - sent;
    const show = desk.getByRole("button", { name: /Show .* new case/ });
    if (await show.isVisible()) await click(show);
    await click(desk.getByRole("link", { name: /Victor VIP/ }).first());
    const panel = desk.getByRole("complementary", { name: "Who this is" });
    await expect(panel).toContainText("Authenticated");
    await expect(panel).toContainText("Victor VIP");
    console.log(`  clicks ${clicks}, the console showed it after ${badge} ms`);
    expect(badge).toBeLessThan(5000);
    expect(clicks).toBeLessThanOrEqual(9);
    await expect(window.getByText(/Linked to .*Pigeon/).first()).toBeVisible();
    await context.close();
  } finally {
    child.kill("SIGTERM");
    watch.stop();
  }
  watch.verify();
});

test("countersign demo: Telegram, fetched by long poll: a link brings the code along, the answer arrives", async ({ browser }) => {
  const watch = new Watch(browser);
  const { demo, child } = await start();
  try {
    const agent = demo.people.find(({ role }) => role === "Agent")!;
    const context = await browser.newContext();
    const bank = await context.newPage();
    await bank.goto(`${demo.site_url}/bank`);
    await bank.getByRole("button", { name: /Victor VIP/ }).click();
    await bank.getByRole("button", { name: "Get identification code" }).click();
    const window = bank.frameLocator('iframe[src*="/widget/frame/"]');
    await window.getByRole("button", { name: "Get code" }).click();
    const [telegram] = await Promise.all([bank.waitForEvent("popup"), window.getByRole("link", { name: /Telegram/ }).click()]);
    const message = telegram.getByRole("textbox", { name: "Message" });
    await expect(message).toHaveValue(/^\/start [A-Z0-9-]{12,}$/);
    await telegram.getByRole("button", { name: "Send" }).click();
    await expect(telegram.getByText(/Thank you, Victor/)).toBeVisible({ timeout: 20_000 });
    await expect(window.getByText(/Linked to .*Telegram/).first()).toBeVisible();

    const desk = await context.newPage();
    await desk.goto(`${demo.console_url}log-in`);
    await desk.getByLabel("E-mail").fill(agent.email);
    await desk.getByLabel("Password").fill(agent.password);
    await desk.getByRole("button", { name: "Log in" }).click();
    await desk.waitForURL(/\/inbox/);
    await desk.getByRole("link", { name: /Victor VIP/ }).first().click();
    await expect(desk.getByRole("complementary", { name: "Who this is" })).toContainText("Authenticated");
    await desk.getByRole("textbox", { name: /Reply|Write/ }).first().fill("Your boat is on its way.");
    await desk.keyboard.press("Control+Enter");
    await expect(telegram.getByText("Your boat is on its way.")).toBeVisible({ timeout: 20_000 });
    await context.close();
  } finally {
    child.kill("SIGTERM");
    watch.stop();
  }
  watch.verify();
});

test("countersign demo: the telephone: account number, PIN, and the agent who takes the call sees who it is", async ({ browser }) => {
  const watch = new Watch(browser);
  const { demo, child } = await start();
  try {
    const agent = demo.people.find(({ role }) => role === "Agent")!;
    const context = await browser.newContext();
    const desk = await context.newPage();
    await desk.goto(`${demo.console_url}log-in`);
    await desk.getByLabel("E-mail").fill(agent.email);
    await desk.getByLabel("Password").fill(agent.password);
    await desk.getByRole("button", { name: "Log in" }).click();
    await desk.waitForURL(/\/inbox/);
    const phone = await context.newPage();
    await phone.goto(`${demo.site_url}/phone`);
    await phone.getByRole("button", { name: /Anna Standard/ }).click();
    await phone.getByRole("button", { name: "Call", exact: true }).click();
    const heard = phone.getByRole("log", { name: "What you hear" });
    await expect(heard).toContainText("Enter your account number", { timeout: 10_000 });
    await phone.keyboard.type("1234567890#", { delay: 60 });
    await expect(heard).toContainText("Press 1 to key in your PIN", { timeout: 15_000 });
    await phone.keyboard.press("1");
    await expect(heard).toContainText("Enter your PIN", { timeout: 10_000 });
    await phone.keyboard.type("4711#", { delay: 60 });
    await expect(heard).toContainText("We know who you are", { timeout: 15_000 });
    const pops = desk.getByRole("region", { name: "Incoming calls" });
    await expect(pops.getByRole("button", { name: "Accept" })).toHaveCount(1, { timeout: 15_000 });
    await expect(pops).toContainText("Anna Standard");
    await pops.getByRole("button", { name: "Accept" }).click();
    await desk.waitForURL(/\/phone\/calls\//);
    await expect(desk.getByText("Customer on the telephone")).toBeVisible();
    await expect(desk.getByRole("link", { name: /Create ticket/ })).toBeVisible();
    await expect(desk.locator("main")).not.toContainText("4711");
    await expect(phone.getByText("You speak with an agent")).toBeVisible({ timeout: 5_000 });
    await phone.getByRole("button", { name: "Hang up" }).click();
    await expect(desk.getByText("Answered").first()).toBeVisible();
    await context.close();
  } finally {
    child.kill("SIGTERM");
    watch.stop();
  }
  watch.verify();
});
