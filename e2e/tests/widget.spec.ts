import type { Page } from "@playwright/test";
import { expect, test } from "../support/world.ts";

const frameOf = (page: Page) => page.frameLocator('iframe[src*="/widget/frame/"]');

test("a customer lists their own linked channels and unlinks one", async ({ world }) => {
  const customer = await world.customer();
  const bank = await customer.newPage();
  await bank.goto("/bank");
  await bank.getByRole("button", { name: "Victor VIP" }).click();
  await bank.getByRole("button", { name: "Get identification code" }).click();
  await frameOf(bank).getByRole("button", { name: "Get code" }).click();
  const code = (await frameOf(bank).locator(".code").textContent())!.trim();
  const before = await world.company.say("list-me", code);
  expect(before.case.identity.assurance).toBe("al3");
  await expect(frameOf(bank).getByText(/Linked to .*Pigeon/).first()).toBeVisible();
  await frameOf(bank).getByRole("button", { name: "My linked channels" }).click();
  const row = frameOf(bank).getByRole("listitem").filter({ hasText: "list-me" });
  await expect(row).toContainText("Pigeon");
  await row.getByRole("button", { name: /Unlink/ }).click();
  await expect(row).toContainText("We will no longer know you there.");
  await row.getByRole("button", { name: "Unlink", exact: true }).click();
  await expect(frameOf(bank).getByRole("listitem").filter({ hasText: "list-me" })).toHaveCount(0);
  // The list is empty while it is read anew, too: what counts is what the server knows.
  const level = async () => (await world.company.say("list-me", "hello again")).case.identity.assurance;
  await expect.poll(level).toBe("al0");
});

test("the window stands in the page, in the page's colours, and in the widget's own words of each language", async ({ world }) => {
  const set = world.company.set!;
  const words = { en: { get: "Show my code" }, de: { get: "Meinen Code zeigen" }, ar: { get: "أظهر رمزي" } };
  const widget = await world.api.post("/v1/widgets", { name: "Inline", origins: [world.company.origin], languages: ["en", "de", "ar"], default_language: "en", phrases: words });
  expect(set.widget).not.toBe(widget.id);
  for (const [language, { get }] of Object.entries(words)) {
    world.company.pages.set("/inline", `<!doctype html><html lang="${language}"><head><title>Inline</title><link rel="icon" href="/demo/icon.svg"></head><body><div data-countersign-inline></div><script>document.documentElement.style.setProperty("--countersign-accent", "#1b5e4b")</script><script src="${world.server.url}/widget/1/loader.js" data-widget="${widget.id}" data-token-url="/bank/token?customer=anna"></script></body></html>`);
    const customer = await world.customer();
    const page = await customer.newPage();
    const asked: string[] = [];
    page.on("request", (request) => request.method() === "POST" && asked.push(request.url()));
    await page.goto("/inline");
    const button = frameOf(page).getByRole("button", { name: get });
    await expect(button).toBeVisible();
    expect(await button.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe("rgb(27, 94, 75)");
    expect(await frameOf(page).locator("html").getAttribute("dir")).toBe(language === "ar" ? "rtl" : "ltr");
    await expect(frameOf(page).getByRole("button", { name: /Close|Schließen|إغلاق/ })).toHaveCount(0);
    expect(asked).toEqual([]);
    await customer.close();
  }
});

test("the preview shows any state to the console alone and calls nothing", async ({ world, watch }) => {
  watch.forgive(/frame-ancestors|violates the following|ERR_BLOCKED/);
  const agent = await world.as("admin");
  const desk = await agent.newPage();
  await desk.goto("/me");
  const asked: string[] = [];
  desk.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await desk.evaluate(() => {
    const view = document.createElement("iframe");
    view.src = "/widget/frame/preview?state=code&language=de&scheme=dark";
    view.id = "shown";
    document.body.append(view);
  });
  const shown = desk.frameLocator("#shown");
  await expect(shown.locator(".code")).toHaveText("WDJB-MJHT-KLPX");
  await expect(shown.getByRole("button", { name: "Code kopieren" })).toBeVisible();
  const say = (message: unknown) => desk.evaluate((data) => document.querySelector<HTMLIFrameElement>("#shown")!.contentWindow!.postMessage(data, location.origin), message);
  await say({ countersign: 1, type: "preview", state: "ready", phrases: { get: "<b>Los</b>" } });
  await expect(shown.getByRole("button", { name: "<b>Los</b>" })).toBeVisible();
  expect(asked.filter((path) => path.startsWith("/public") || path.startsWith("/v1/widgets"))).toEqual([]);

  // Not for a company's page, registered or not.
  world.company.pages.set("/steals", `<!doctype html><title>x</title><link rel="icon" href="/demo/icon.svg"><iframe src="${world.server.url}/widget/frame/preview"></iframe>`);
  const customer = await world.customer();
  const page = await customer.newPage();
  const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await page.goto("/steals");
  await refused;
});
