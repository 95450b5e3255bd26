import { Company } from "../support/company.ts";
import { Api, freePort, Server, temporary } from "../support/server.ts";
import { openShadows, PASSWORD } from "../support/world.ts";
import { expect, test as base } from "@playwright/test";
import { Watch } from "../support/watch.ts";

const test = base;

test("from an empty data directory to the first badge", async ({ browser }) => {
  const watch = new Watch(browser);
  const began = Date.now();
  const company = await new Company(await freePort()).start();
  const server = await new Server(temporary(), await freePort()).start();
  try {
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await page.goto(server.setUpLink());
    await expect(page, "the token leaves the address").not.toHaveURL(/token=/);
    await page.getByLabel("Name of the workspace").fill("Acme");
    await page.getByLabel("Your name").fill("Ada Admin");
    await page.getByLabel("Your e-mail").fill("ada@acme.example");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create the workspace" }).click();
    await page.waitForURL(/\/get-started/);

    await page.goto("/channels");
    await page.getByRole("link", { name: "New channel" }).first().click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("link", { name: "Web chat" }).click();
    await drawer.getByLabel("Name").fill("Site chat");
    await drawer.getByLabel("Sites that may show it").fill(company.origin);
    await drawer.getByLabel("Title").fill("Acme chat");
    await drawer.getByRole("button", { name: "Create" }).click();
    await expect(page.getByText('data-channel="chan_')).toBeVisible();
    const chat = /data-channel="(chan_\w+)"/.exec((await page.locator("dialog pre").first().textContent())!)![1]!;
    await page.keyboard.press("Escape");

    await page.goto("/widgets");
    await page.getByRole("link", { name: "New widget" }).first().click();
    await drawer.getByLabel("Name").fill("Acme Bank");
    await drawer.getByLabel("Sites that may show it").fill(company.origin);
    await drawer.getByRole("button", { name: "Create" }).click();
    await page.waitForURL(/\/widgets\/wid_/);
    const widget = /wid_\w+/.exec(page.url())![0];
    await page.goto(`/widgets/${widget}?view=keys`);
    await page.getByRole("button", { name: "Add key" }).click();
    await drawer.getByRole("button", { name: "Add key" }).click();
    const secret = (await page.getByRole("dialog").locator("code").textContent())!;
    await page.getByRole("button", { name: "I have stored it" }).click();
    const kid = (await page.locator("td code").first().textContent())!;

    company.set = { server_url: server.url, widget, kid, secret, web_chat: chat, pigeon: "", api: new Api(server.url, ""), people: [], customers: [{ id: "anna", name: "Anna Standard", tariff: "Standard", email: "anna@mail.example", phone: "+4915123456701" }] };
    const customer = await browser.newContext({ baseURL: company.origin });
    await openShadows(customer);
    await customer.grantPermissions(["clipboard-read", "clipboard-write"]);
    const bank = await customer.newPage();
    await bank.goto("/bank");
    await bank.getByRole("button", { name: "Anna Standard" }).click();
    await bank.getByRole("button", { name: "Get identification code" }).click();
    const window = bank.frameLocator('iframe[src*="/widget/frame/"]');
    await window.getByRole("button", { name: "Get code" }).click();
    await window.getByRole("button", { name: "Copy code" }).click();
    await expect(window.getByRole("button", { name: "Copied" })).toBeVisible();
    const shop = await customer.newPage();
    await shop.goto("/shop");
    await shop.getByRole("button", { name: "Chat" }).click();
    const field = shop.frameLocator('iframe[src*="/webchat/frame/"]').getByRole("textbox", { name: "Message" });
    await field.click();
    await shop.keyboard.press("Control+V");
    await shop.keyboard.press("Enter");

    await page.goto("/inbox");
    await expect(page.locator("[data-case]").first()).toContainText("Authenticated");
    const seconds = (Date.now() - began) / 1000;
    console.log(`  set-up to first badge ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(60);

    await page.goto("/codes?state=used");
    await expect(page.getByRole("cell", { name: "Used" })).toBeVisible();
    await page.goto("/codes?state=live");
    await expect(page.getByText("Nothing matches these filters")).toBeVisible();

    // The link worked once; logging in does.
    await context.clearCookies();
    await page.goto("/log-in");
    await page.getByLabel("E-mail").fill("ada@acme.example");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/inbox/);
    await page.goto(server.setUpLink());
    await expect(page.getByRole("heading", { name: "This server is set up already" })).toBeVisible();
  } finally {
    await company.stop();
    await server.remove();
    watch.stop();
  }
  watch.verify();
});
