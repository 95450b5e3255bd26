/**
 * How fast the console is, printed as `figure  ours  goal`; nothing is asserted, because a figure is its machine's. Run
 * by `npm run figures`; `COUNTERSIGN_BIN` should name a release build, and nothing else should run.
 */
import { loadavg } from "node:os";
import type { Page } from "@playwright/test";
import { fill } from "./support/pages.ts";
import { binary } from "./support/server.ts";
import { Tracked } from "./support/tracked.ts";
import { Walk } from "./support/walk.ts";
import { test } from "./support/world.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const LCP_GOAL_MS = 1000;
const INP_GOAL_MS = 100;
const CASES = 10_000;
const PAGE = 200;
const VISITORS = 500;
const LIVE_MS = 20_000;

const say = (figure: string, ours: string, goal = "") => console.log(`  ${figure.padEnd(58)}${ours.padStart(12)}   ${goal}`);
const ms = (value: number) => `${value.toFixed(0)} ms`;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test.beforeAll(() => console.log(`  ${binary()}, load ${loadavg()[0]!.toFixed(1)}`));

/** Collects, from the first line of every document on, what the browser itself measures. */
async function observe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = ((window as any).seen = { lcp: 0, what: "", events: [] as { name: string; duration: number; wait: number; work: number }[], frames: [] as { duration: number; blocking: number; by: string }[], rows: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) [seen.lcp, seen.what] = [entry.startTime, `${entry.element?.localName ?? ""}.${entry.element?.className ?? ""}`];
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) {
        if (entry.interactionId) seen.events.push({ name: entry.name, duration: entry.duration, wait: entry.processingStart - entry.startTime, work: entry.processingEnd - entry.processingStart });
      }
    }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) seen.frames.push({ duration: entry.duration, blocking: entry.blockingDuration, by: entry.scripts.map((one: any) => `${one.invoker} ${Math.round(one.duration)}`).join(", ") });
    }).observe({ type: "long-animation-frame", buffered: true });
    new MutationObserver((_, observer) => {
      if (!document.querySelector("[data-case]")) return;
      seen.rows = performance.now();
      observer.disconnect();
    }).observe(document, { subtree: true, childList: true });
  });
}

const seen = (page: Page) => page.evaluate(() => (window as any).seen);

/** The longest that somebody waited for the picture after a press: under fifty of them, that is INP. */
async function interaction(page: Page, what: string, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(() => ((window as any).seen.events.length = 0));
  await act();
  // Events are told a while after their frame.
  await page.waitForTimeout(400);
  const { events } = await seen(page);
  const worst = events.sort((a: any, b: any) => b.duration - a.duration)[0] ?? { duration: 16, wait: 0, work: 0, name: "under 16 ms" };
  say(`INP, ${what}`, ms(worst.duration), `≤ ${INP_GOAL_MS} ms   (${worst.name}: ${ms(worst.wait)} until it was handled, ${ms(worst.work)} of handlers)`);
  return worst.duration;
}

test("pages of a workspace of the size of the demo", async ({ world }) => {
  test.setTimeout(300_000);
  const pages = await fill(world);
  for (let n = 0; n < 60; n++) await world.company.say(`somebody-${n}`, `Message ${n}: could somebody have a look at this, please?`);
  const context = await world.as("admin", { reducedMotion: "no-preference" });
  const path = (name: string) => pages.console.find(([one]) => one === name)![1];
  for (const name of ["inbox", "case", "customers", "customer"]) {
    const first: number[] = [];
    const again: number[] = [];
    let what = "";
    for (let round = 0; round < ROUNDS; round++) {
      // A browser that was never here, then one that was.
      const fresh = await world.as("admin");
      const page = await fresh.newPage();
      await observe(page);
      const walk = new Walk(page);
      for (const times of [first, again]) {
        await page.goto(path(name));
        await walk.settled();
        await page.waitForTimeout(300);
        const { lcp, what: element } = await seen(page);
        times.push(lcp);
        what = element;
      }
      await fresh.close();
    }
    say(`LCP, ${name}, first visit (median of ${ROUNDS})`, ms(median(first)), `≤ ${LCP_GOAL_MS} ms   (${what}; worst ${ms(Math.max(...first))})`);
    say(`LCP, ${name}, cached`, ms(median(again)), `≤ ${LCP_GOAL_MS} ms`);
  }

  const page = await context.newPage();
  await observe(page);
  const walk = new Walk(page);
  const palette = async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
  };
  await page.goto("/inbox?sort=newest");
  await walk.settled();
  await interaction(page, "inbox: filter by status", async () => {
    await page.getByRole("button", { name: /^Status/ }).click();
    await page.getByRole("menuitemradio").nth(1).click();
    await walk.settled();
  });
  await page.goto("/inbox?sort=newest");
  await walk.settled();
  await interaction(page, "inbox: open a case", async () => {
    await page.locator("[data-case]").nth(1).click();
    await page.waitForURL(/inbox\/case_/);
    await walk.settled();
  });
  await interaction(page, "inbox: next case by key", async () => {
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press("j");
      await walk.settled();
    }
  });
  await interaction(page, "case: palette", palette);
  await interaction(page, "case: type in the palette", () => page.keyboard.type("cust", { delay: 40 }));
  await page.keyboard.press("Escape");
  await page.goto(path("case"));
  await walk.settled();
  await page.getByRole("textbox", { name: /^Reply to/ }).focus();
  await interaction(page, "case: type in the composer", () => page.keyboard.type("Good morning, I am having a look at it.", { delay: 40 }));
  await interaction(page, "case: send a note", async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    await page.keyboard.type("For the team", { delay: 30 });
    await page.keyboard.press("Control+Enter");
    await walk.settled();
  });
  await page.goto("/customers");
  await walk.settled();
  await interaction(page, "customers: palette", palette);
  await page.keyboard.press("Escape");
  await interaction(page, "customers: open one", async () => {
    await page.locator("main a[href*='/customers/']").first().click();
    await page.waitForURL(/customers\/./);
    await walk.settled();
  });
  await page.goto(path("customer"));
  await walk.settled();
  await interaction(page, "customer: another view", async () => {
    await page.getByRole("link", { name: "Timeline" }).click();
    await walk.settled();
  });
  await interaction(page, "customer: palette", palette);
  await context.close();
});

test("ten thousand cases in the queue", async ({ world, watch }) => {
  test.setTimeout(300_000);
  watch.forgive(/status of 404/);
  await world.company.say("queue-1", "Hello");
  const context = await world.as("admin");
  const page = await context.newPage();
  await observe(page);
  const { data } = await world.api.get("/v1/cases?sort=newest&limit=1");
  // Made of one real conversation, here: what is measured is the console.
  await page.route(/\/v1\/cases\?/, async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const rows = Array.from({ length: Math.min(PAGE, CASES - from) }, (_, n) => ({ ...data[0], id: `case_${String(from + n).padStart(26, "0")}`, number: from + n + 1, account: { ...data[0].account, name: `Customer ${from + n + 1}` } }));
    await route.fulfill({ json: { data: rows, next_cursor: from + PAGE < CASES ? String(from + PAGE) : null } });
  });
  await page.goto("/inbox");
  await page.locator("[data-case]").first().waitFor();
  say("queue: first rows after the address was entered", ms((await seen(page)).rows));
  await page.waitForTimeout(500);

  const scroll = (by: number) =>
    page.locator(".queue .scroll").evaluate(async (node, by) => {
      const seen = (window as any).seen;
      await new Promise((done) => setTimeout(done, 200));
      seen.frames.length = 0;
      const gaps: number[] = [];
      let rows = 0;
      let stuck = 0;
      let before = await new Promise<number>(requestAnimationFrame);
      const limit = before + 100_000;
      // At an end it waits for the next page, until none comes.
      while (stuck < 60 && before < limit) {
        const top = node.scrollTop;
        node.scrollTop += by;
        const now = await new Promise<number>(requestAnimationFrame);
        gaps.push(now - before);
        before = now;
        rows = Math.max(rows, node.querySelectorAll("[data-case]").length);
        stuck = node.scrollTop === top ? stuck + 1 : 0;
      }
      await new Promise((done) => setTimeout(done, 200));
      gaps.splice(-60);
      gaps.sort((a, b) => a - b);
      return { frames: gaps.length, over: gaps.filter((gap) => gap > 50).length, median: gaps[Math.floor(gaps.length / 2)]!, p99: gaps[Math.floor(gaps.length * 0.99)]!, max: gaps.at(-1)!, rows, long: seen.frames as { duration: number; blocking: number; by: string }[], height: node.scrollHeight };
    }, by);
  for (const [what, by] of [["down, pages coming in", 900], ["up, all of them there", -900]] as const) {
    const one = await scroll(by);
    const blamed = one.long.filter(({ blocking }) => blocking > 0).sort((a, b) => b.duration - a.duration);
    say(`queue ${what}: frames`, String(one.frames), `(${one.height} px high; median ${ms(one.median)}, p99 ${ms(one.p99)}, worst ${ms(one.max)})`);
    say(`queue ${what}: frames over 50 ms`, String(one.over), "0");
    say(`queue ${what}: of them by the console's scripts`, String(blamed.length), `0${blamed[0] ? `   (worst ${ms(blamed[0].duration)}: ${blamed[0].by})` : ""}`);
    say(`queue ${what}: rows in the document at most`, String(one.rows), "≤ 60");
  }
  await context.close();
});

test("five hundred live visitors", async ({ world }) => {
  test.setTimeout(180_000);
  const site = await world.api.post("/v1/sites", { name: "Shop", config: { origins: ["https://shop.example"] } });
  const visitors = Array.from({ length: VISITORS }, () => new Tracked(world.server.url, site.write_key, "https://shop.example"));
  for (const [n, one] of visitors.entries()) await one.enter(`/goods/${n % 40}`, `Goods ${n % 40}`);
  const context = await world.as("agent", { reducedMotion: "no-preference" });
  const page = await context.newPage();
  await observe(page);
  const browser = await context.newCDPSession(page);
  await browser.send("Performance.enable");
  const metric = async (name: string) => (await browser.send("Performance.getMetrics")).metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  await page.goto("/visitors");
  await page.getByRole("list", { name: "Live visitors" }).getByRole("listitem").nth(VISITORS - 1).waitFor({ state: "attached" });
  await page.waitForTimeout(2_000);
  await page.evaluate(() => ((window as any).seen.frames.length = 0));
  const [busy, since] = [await metric("TaskDuration"), Date.now()];
  for (let n = 0; Date.now() - since < LIVE_MS; n++) {
    await visitors[(n * 7) % VISITORS]!.enter(`/goods/${n % 40}`, `Goods ${n % 40}`);
    const due = since + (n + 1) * (10_000 / VISITORS);
    if (Date.now() < due) await new Promise((done) => setTimeout(done, due - Date.now()));
  }
  const share = (100_000 * ((await metric("TaskDuration")) - busy)) / (Date.now() - since);
  await browser.send("HeapProfiler.collectGarbage");
  const frames = (await seen(page)).frames.filter((one: any) => one.blocking > 0);
  say(`${VISITORS} live visitors: processor of the page`, `${share.toFixed(1)} %`, `(${VISITORS / 10} pages entered a second)`);
  say(`${VISITORS} live visitors: memory of the page`, `${((await metric("JSHeapUsedSize")) / 1_048_576).toFixed(1)} MiB`, `(${await metric("Nodes")} nodes)`);
  say(`${VISITORS} live visitors: frames that blocked`, String(frames.length), `(worst ${ms(Math.max(0, ...frames.map((one: any) => one.duration)))})`);
  await context.close();
});
