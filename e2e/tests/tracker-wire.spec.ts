import { chromium, type Browser, type BrowserContext, expect, test as base } from "@playwright/test";
import { Collector } from "../support/collector.ts";

/** What a real browser sends, to a listener of ours. A browser of its own: the others have no back-forward cache. */
const test = base.extend<{ collector: Collector; people: () => Promise<BrowserContext> }, { real: Browser }>({
  real: [
    async ({ launchOptions }, use) => {
      const real = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
      await use(real);
      await real.close();
    },
    { scope: "worker" },
  ],
  collector: async ({}, use) => {
    const collector = await new Collector().start();
    await use(collector);
    await collector.stop();
  },
  people: async ({ real, collector }, use) => {
    const made: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async () => {
      const context = await real.newContext({ baseURL: collector.shop });
      made.push(context);
      context.on("weberror", (error) => complaints.push(String(error.error())));
      context.on("console", (message) => /policy|countersign/i.test(message.text()) && complaints.push(message.text()));
      return context;
    });
    for (const context of made) await context.close();
    if (!test.info().annotations.some(({ type }) => type === "complains")) expect(complaints).toEqual([]);
  },
});

const stored = (page: import("@playwright/test").Page) =>
  page.evaluate(() => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(Boolean));

test("t_6: a walk through pages is one visit, each page once, left when it was left, without a preflight", async ({ collector, people }) => {
  const page = await (await people()).newPage();
  await page.goto("/one?utm_source=mail&token=secret#part", { referer: "https://search.example/find?q=secret" });
  await expect.poll(() => collector.named("PageEntered").length).toBe(1);
  await page.getByRole("link", { name: "Two" }).click();
  await expect.poll(() => collector.named("PageEntered").length).toBe(2);
  await page.reload();
  await expect.poll(() => collector.named("PageEntered").length).toBe(3);
  await page.close();
  await expect.poll(() => collector.named("PageExited").length).toBe(3);
  expect(collector.events.map(({ name, url }) => [name, url && new URL(url).pathname + new URL(url).search])).toEqual([
    ["VisitStarted", undefined],
    ["PageEntered", "/one?utm_source=mail"], ["PageExited", "/one?utm_source=mail"],
    ["PageEntered", "/two"], ["PageExited", "/two"],
    ["PageEntered", "/two"], ["PageExited", "/two"],
  ]);
  for (const event of collector.events) expect(event).toMatchObject({ id: expect.stringMatching(/^[\da-f]{32}$/), at: expect.any(Number) });
  expect(new Set(collector.heard.map(({ batch }) => batch.visit)).size).toBe(1);
  expect(collector.heard[0]!.batch).toMatchObject({ v: 1, visit: expect.stringMatching(/^[\da-f]{32}$/), sent: expect.any(Number), language: expect.any(String) });
  expect(collector.heard[0]!.batch.referrer).not.toContain("secret");
  expect(collector.heard.every(({ type }) => type?.startsWith("text/plain"))).toBe(true);
  expect(collector.asked.filter((line) => line.startsWith("OPTIONS"))).toEqual([]);
  expect(collector.asked.filter((line) => line.startsWith("GET"))).toHaveLength(1);
  expect(JSON.stringify(collector.heard)).not.toContain("secret");
  // The first request has no cookie yet; the beacon of a page that closes has it as well.
  expect(collector.heard.slice(1).every(({ cookie }) => cookie?.includes("cs_device="))).toBe(true);
  const { data } = collector.named("PageExited")[0];
  expect(data.leaving).toBe(true);
  expect(data.active_ms).toBeGreaterThan(500);
});

test("tabs side by side are one visit of one device", async ({ collector, people }) => {
  const context = await people();
  const pages = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  await Promise.all(pages.map((page, at) => page.goto(`/tab${at}?data-storage=storage`)));
  await expect.poll(() => collector.named("PageEntered").length).toBe(3);
  expect(new Set(collector.named("PageEntered").map(({ visit }) => visit)).size).toBe(1);
  expect(new Set(collector.heard.map(({ batch }) => batch.device)).size).toBe(1);
  expect(collector.heard.every(({ cookie }) => cookie === undefined)).toBe(true);
});

test("a page out of the back-forward cache is a new page", async ({ collector, people }) => {
  const page = await (await people()).newPage();
  await page.goto("/one");
  await expect.poll(() => collector.named("PageEntered").length).toBe(1);
  await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => (document.title = persisted ? "Kept" : "Not kept")));
  await page.goto("/two");
  await expect.poll(() => collector.named("PageEntered").length).toBe(2);
  // Not `goBack`, which waits for a load that does not come.
  await page.evaluate(() => history.back());
  await expect(page).toHaveTitle("Kept");
  await expect.poll(() => collector.named("PageEntered").map(({ title }) => title)).toEqual(["Page /one", "Page /two", "Kept"]);
  expect(new Set(collector.named("PageEntered").map(({ page }) => page)).size).toBe(3);
});

test("a single-page application's pages have their own titles, and queries that do not leave make no page", async ({ collector, people }) => {
  const page = await (await people()).newPage();
  await page.goto("/app");
  await expect.poll(() => collector.named("PageEntered").length).toBe(1);
  for (const path of ["/app/loans?q=secret", "/app/cards", "/app/cards?sort=price"]) {
    await page.evaluate(async (to) => {
      history.pushState({}, "", to);
      await new Promise((wait) => setTimeout(wait, 100));
      document.title = to.split("?")[0]!;
    }, path);
    await page.waitForTimeout(1300);
  }
  await page.goBack();
  await page.goBack();
  await expect.poll(() => collector.named("PageEntered").map(({ url, title }) => [new URL(url).pathname, title])).toEqual([
    ["/app", "Page /app"], ["/app/loans", "/app/loans"], ["/app/cards", "/app/cards"], ["/app/loans", "/app/cards"],
  ]);
  expect(JSON.stringify(collector.heard)).not.toContain("secret");
});

test("t_4: before consent a browser holds and sends nothing; after it is taken back neither", async ({ collector, people }) => {
  const page = await (await people()).newPage();
  await page.goto("/one?data-consent=required");
  await page.evaluate(() => (window as any).countersignTracker.push(["signIn", { identity: "anna" }], ["track", "Early"]));
  await page.waitForTimeout(1500);
  expect(collector.asked).toEqual([]);
  expect(await stored(page)).toEqual([]);
  await page.evaluate(() => (window as any).countersignTracker.push(["consent", true]));
  await expect.poll(() => collector.events.map(({ name }) => name)).toEqual(["VisitStarted", "SignIn", "PageEntered"]);
  await page.evaluate(() => (window as any).countersignTracker.push(["consent", false]));
  await expect.poll(() => collector.heard.at(-1)!.path).toContain("?forget");
  const count = collector.heard.length;
  await page.evaluate(() => (window as any).countersignTracker.push(["track", "Late"]));
  await page.goto("/two?data-consent=required");
  await page.waitForTimeout(1500);
  expect(collector.heard).toHaveLength(count);
  expect(await stored(page)).toEqual([]);
});

test("t_4: a browser with Global Privacy Control keeps nothing and shows no device", async ({ collector, people }) => {
  const context = await people();
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  const page = await context.newPage();
  await page.goto("/one");
  await expect.poll(() => collector.named("PageEntered").length).toBe(1);
  await page.goto("/two");
  await expect.poll(() => collector.named("PageEntered").length).toBe(2);
  expect(await stored(page)).toEqual([]);
  expect(collector.heard.every(({ cookie, batch }) => cookie === undefined && batch.device === undefined)).toBe(true);
  expect(collector.named("PageExited")).toHaveLength(1);
});

test("t_6: what happened without a network arrives with it, once, in order", async ({ collector, people }) => {
  const context = await people();
  const page = await context.newPage();
  await page.goto("/one");
  await expect.poll(() => collector.named("PageEntered").length).toBe(1);
  await context.setOffline(true);
  for (const name of ["A", "B", "C"]) await page.evaluate((event) => (window as any).countersignTracker.track(event), name);
  await page.waitForTimeout(1500);
  expect(collector.named("A")).toEqual([]);
  await context.setOffline(false);
  await expect.poll(() => collector.events.map(({ name }) => name)).toEqual(["VisitStarted", "PageEntered", "A", "B", "C"]);
  // A server that is down: the next page sends what waits.
  collector.status = 503;
  await page.evaluate(() => (window as any).countersignTracker.track("D"));
  await page.waitForTimeout(1300);
  await page.goto("about:blank");
  collector.status = 200;
  await page.goto("/two");
  await expect.poll(() => collector.events.map(({ name }) => name)).toEqual(["VisitStarted", "PageEntered", "A", "B", "C", "D", "PageExited", "PageEntered"]);
  expect(await page.evaluate(() => Object.entries(localStorage).find(([name]) => name.startsWith("cs_q"))![1])).toBe("[]");
});

test("a sandboxed frame and a second copy do no harm", async ({ collector, people }) => {
  const page = await (await people()).newPage();
  await page.goto("/sandbox");
  await expect.poll(() => collector.named("PageEntered").length).toBe(1);
  await page.goto("/one?twice");
  await expect.poll(() => collector.named("PageEntered").length).toBe(2);
  await page.waitForTimeout(1200);
  expect(collector.named("PageEntered")).toHaveLength(2);
});

test("t_4: triggers come with the settings, pinned, and never with what was typed", async ({ collector, people }) => {
  const element = "#buy";
  collector.settings = {
    idle_minutes: 30,
    triggers: [
      { id: "add", name: "AddToCart", action: "click", element, values: [{ name: "sku", from: "attribute", attribute: "data-sku" }, { name: "iban", from: "attribute", selector: "#iban", attribute: "value" }] },
      { id: "sent", name: "Applied", action: "submit", element: "#apply" },
      { id: "look", name: "Looked", action: "timer", seconds: 1, condition: "focused" },
    ],
  };
  const page = await (await people()).newPage();
  await page.goto("/one");
  await expect.poll(() => collector.named("Looked").length).toBe(1);
  await page.locator("#iban").fill("DE89370400440532013000");
  await page.locator("#buy").click();
  await page.locator("#iban").press("Enter");
  await expect.poll(() => [collector.named("AddToCart")[0]?.data, collector.named("Applied")[0]?.data]).toEqual([{ trigger: "add", sku: "k4" }, { trigger: "sent" }]);
  expect(JSON.stringify(collector.heard)).not.toContain("DE89");
});

test("triggers that somebody changed on the server are not run", async ({ collector, people }) => {
  test.info().annotations.push({ type: "complains" });
  collector.settings = { idle_minutes: 30, triggers: [{ id: "add", name: "AddToCart", action: "click", element: "#buy" }] };
  collector.tampered = ";document.title = 'Taken over';";
  const page = await (await people()).newPage();
  const refused = page.waitForEvent("console", (message) => /integrity/.test(message.text()));
  await page.goto("/one");
  await refused;
  await page.locator("#buy").click();
  await page.waitForTimeout(1300);
  await expect(page).toHaveTitle("Page /one");
  expect(collector.named("AddToCart")).toEqual([]);
});

test("what the tracker takes of the page's time at its start is measured", async ({ collector, people }) => {
  const context = await people();
  const times: number[] = [];
  for (let run = 0; run < 9; run++) {
    const page = await context.newPage();
    await page.goto("/one?measure");
    times.push(await page.evaluate(() => performance.getEntriesByName("tracker")[0]!.duration));
    await page.close();
  }
  times.sort((one, other) => one - other);
  const figures = `${times.map((time) => time.toFixed(1)).join(" ")} ms`;
  test.info().annotations.push({ type: "start", description: figures });
  // Most of it is waiting for the browser to hand out the first cookie. On a machine that does other work, that takes
  // its turn: the figures are printed, and nothing is decided by them.
  console.log(`  the tracker's start took ${figures}`);
  expect(times.every((time) => time > 0)).toBe(true);
  expect(collector.heard.length).toBeGreaterThan(0);
});
