import type { BrowserContext, Page } from "@playwright/test";
import { sign } from "../support/company.ts";
import { expect, test, type World } from "../support/world.ts";

interface Site {
  id: string;
  key: string;
}

/** A site of its own for each test, and pages under `/{name}/…` that carry its tracker. */
async function made(world: World, name: string, config: Record<string, unknown> = {}, data = ""): Promise<Site> {
  const site = await world.api.post("/v1/sites", { name, config: { origins: [world.company.origin], consent: "assumed", storage: "cookie", ...config } });
  for (const path of ["before", "anna", "between", "victor", "after"]) {
    world.company.pages.set(`/${name}/${path}`, `<!doctype html><html lang="en"><head><title>${path}</title><link rel="icon" href="/demo/icon.svg">
      <script async src="${world.server.url}/tracker/1/tracker.js" crossorigin data-key="${site.write_key}" ${data}></script></head><body><h1>${path}</h1></body></html>`);
  }
  return { id: site.id, key: site.write_key };
}

const visits = async (world: World, site: Site) => (await world.api.get(`/v1/visits?site=${site.id}`)).data as any[];
const pathOf = ({ url }: { url: string }) => new URL(url).pathname.split("/").at(-1);
const push = (page: Page, ...command: unknown[]) => page.evaluate((given) => ((window as any).countersignTracker ??= []).push(given), command);

/** Enters a page, and waits until the server has it. */
async function enter(world: World, page: Page, site: Site, path: string): Promise<void> {
  await page.goto(path);
  const last = path.split("/").at(-1);
  await expect.poll(async () => (await visits(world, site)).some((visit) => visit.current_page && pathOf(visit.current_page) === last)).toBe(true);
}

async function whole(world: World, site: Site): Promise<any> {
  const [visit, ...more] = await visits(world, site);
  expect(more).toEqual([]);
  return world.api.get(`/v1/visits/${visit.id}`);
}

test("t_3: of two people at one browser, each has only their own pages", async ({ world }) => {
  const site = await made(world, "shared");
  const page = await (await world.customer()).newPage();
  await enter(world, page, site, "/shared/before");
  await push(page, "signIn", { identity: "anna-17" });
  await enter(world, page, site, "/shared/anna");
  await push(page, "signOut");
  await enter(world, page, site, "/shared/between");
  await push(page, "signIn", { identity: "victor-4" });
  await enter(world, page, site, "/shared/victor");
  await push(page, "signOut");
  await enter(world, page, site, "/shared/after");

  await expect.poll(async () => (await whole(world, site)).sessions.length).toBe(2);
  const visit = await whole(world, site);
  expect(visit.is_shared_device).toBe(true);
  const [anna, victor] = [...visit.sessions].sort((one: any, other: any) => Date.parse(one.started_at) - Date.parse(other.started_at)).map((session: any) => session.identity.id);
  expect(anna).not.toBe(victor);
  const owner = Object.fromEntries(visit.pages.map((entry: any) => [pathOf(entry), entry.identity]));
  expect(owner["before"]).toBe(anna);
  expect(owner["anna"]).toBe(anna);
  expect(owner["between"]).not.toBe(victor);
  expect(owner["victor"]).toBe(victor);
  const pagesOf = async (identity: string) => new Set((await world.api.get(`/v1/identities/${identity}/pages`)).data.map(pathOf));
  const [hers, his] = [await pagesOf(anna), await pagesOf(victor)];
  expect(hers).toContain("anna");
  expect(his).toContain("victor");
  for (const path of ["victor", "after"]) expect(hers).not.toContain(path);
  for (const path of ["before", "anna", "between"]) expect(his).not.toContain(path);
});

test("t_1: only a signed token makes the level that it proves", async ({ world }) => {
  const site = await made(world, "signed");
  const page = await (await world.customer()).newPage();
  await enter(world, page, site, "/signed/before");
  await push(page, "signIn", { token: sign({ ...world.company.set!, secret: "guessed" }, { sub: "anna" }) });
  await enter(world, page, site, "/signed/between");
  expect((await whole(world, site)).state).toBe("anonymous");
  await push(page, "signIn", { token: sign(world.company.set!, { sub: "anna", name: "Anna Standard" }) });
  await expect.poll(async () => (await whole(world, site)).state).toBe("authenticated");
  expect((await whole(world, site)).assurance).toBe("al3");
  expect((await whole(world, site)).sessions).toMatchObject([{ is_signed: true }]);
});

test("t_6: tabs, a reload and a time without network are one visit, and nothing is counted twice", async ({ world, watch }) => {
  watch.forgive(/ERR_INTERNET_DISCONNECTED/);
  const site = await made(world, "tabs");
  const context: BrowserContext = await world.customer();
  const [one, two] = [await context.newPage(), await context.newPage()];
  await enter(world, one, site, "/tabs/before");
  await enter(world, two, site, "/tabs/anna");
  await one.reload();
  await expect.poll(async () => (await whole(world, site)).pages.length).toBe(3);
  await context.setOffline(true);
  for (const name of ["A", "B"]) await push(two, "track", name, { price: "64" });
  await two.waitForTimeout(1500);
  await context.setOffline(false);
  const business = async () => (await world.api.get(`/v1/visits/${(await whole(world, site)).id}/events?event_type=business`)).data.map((event: any) => event.name).sort();
  await expect.poll(business).toEqual(["A", "B"]);
  // What the beacons of pages that closed took along is sent again by the next page.
  await one.close();
  await enter(world, two, site, "/tabs/victor");
  await two.waitForTimeout(1500);
  expect(await business()).toEqual(["A", "B"]);
  expect((await whole(world, site)).pages).toHaveLength(4);
});

test("t_4: without consent the server hears nothing, with a privacy signal it knows no device", async ({ world }) => {
  const asking = await made(world, "asking", { consent: "required" }, 'data-consent="required"');
  const page = await (await world.customer()).newPage();
  await page.goto("/asking/before");
  await push(page, "track", "Early");
  await page.waitForTimeout(2000);
  expect(await visits(world, asking)).toEqual([]);
  await push(page, "consent", true);
  await expect.poll(async () => (await visits(world, asking)).length).toBe(1);

  const quiet = await made(world, "quiet");
  const context = await world.customer();
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  const other = await context.newPage();
  await enter(world, other, quiet, "/quiet/before");
  await enter(world, other, quiet, "/quiet/anna");
  expect(await context.cookies()).toEqual([]);
  expect((await visits(world, quiet)).every((visit) => !visit.is_shared_device)).toBe(true);
});

test("a page of another origin is refused by the browser itself, and works on", async ({ world, watch }) => {
  watch.forgive(/403|CORS|ERR_FAILED/);
  const site = await made(world, "foreign", { origins: ["https://www.elsewhere.example"] });
  const page = await (await world.customer()).newPage();
  const said: string[] = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  await page.goto("/foreign/before");
  // No origin but those of the site is ever repeated, so the browser says it in its own words.
  await expect.poll(() => said.some((text) => /CORS/.test(text))).toBe(true);
  await expect(page.getByRole("heading", { name: "before" })).toBeVisible();
  expect(await visits(world, site)).toEqual([]);
});
