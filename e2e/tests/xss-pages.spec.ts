import type { Page } from "@playwright/test";
import { Detector, cut, each, legible } from "../support/detector.ts";
import { PAYLOADS } from "../support/payloads.ts";
import { Walk } from "../support/walk.ts";
import { expect, test, World } from "../support/world.ts";

// A picture of the document at every step would cost more than the steps.
test.use({ trace: "off" });
test.describe.configure({ timeout: 300_000 });

/** Fields refuse what they cannot hold; that is as good as showing it as text. */
const put = (work: Promise<any>): Promise<any> =>
  work.catch((error: unknown) => {
    if (!/: 4(00|09|22|29) /.test(String(error))) throw error;
    return undefined;
  });

/** As a field takes it that holds one line. */
const line = (payload: (typeof PAYLOADS)[number], length: number) => cut(payload, length).replace(/[\p{Cc}\u2028\u2029]/gu, " ");

const every = (n: number) => PAYLOADS.filter((_, at) => at % n === 0);

/** Which payloads were read where. */
class Seen {
  readonly #shown = new Map<string, Set<number>>();
  constructor(readonly detector: Detector) {}

  async look(page: Page, place: string): Promise<void> {
    const shown = this.#shown.get(place) ?? new Set();
    for (const id of await this.detector.look(page, place)) shown.add(id);
    this.#shown.set(place, shown);
  }

  count(place: string): number {
    return this.#shown.get(place)?.size ?? 0;
  }

  /** Nothing ran, nothing was made, and what was not shown was not tested. */
  verify(least: Record<string, number>): void {
    const all = [...this.#shown].map(([place, shown]) => `${shown.size} in ${place}`);
    console.log(`  payloads read: ${all.join(", ")}; ${this.detector.ran.size} executions`);
    expect([...this.detector.ran], "payloads that ran").toEqual([]);
    expect(this.detector.dialogs).toEqual([]);
    expect([...new Set(this.detector.found)], "what a payload made").toEqual([]);
    for (const [place, number] of Object.entries(least)) expect(this.count(place), `payloads read in ${place}`).toBeGreaterThanOrEqual(number);
  }
}

/** Every field that somebody may fill, filled. */
async function fill(world: World): Promise<{ profiles: string[]; rules: string[]; hook: string }> {
  const { api, company } = world;
  const set = company.set!;
  let answered = 0;
  company.answer = () => cut(PAYLOADS[answered++ % PAYLOADS.length]!);
  // The receiver first, so that every event carries its body to the log of deliveries.
  const hook = await api.post("/v1/webhooks", { url: `${company.origin}/answer`, events: ["profile.created", "case.created", "message.created", "link.created"], description: cut(PAYLOADS[1]!, 200), with_personal_data: true });
  const keys = Array.from({ length: 20 }, (_, at) => `x${at}`);
  for (const [at, key] of keys.entries()) await put(api.post("/v1/attributes", { key, label: line(PAYLOADS[at * 17]!, 80), level: "profile", type: "text", pii: "none", forms: ["profile_page", "profile_data"] }));
  for (const [at, payload] of PAYLOADS.entries()) if (at % 8 === 0) await put(api.post("/v1/groups", { name: line(payload, 80) }));
  for (const [at, payload] of PAYLOADS.entries()) if (at % 12 === 5) await put(api.post("/v1/calendars", { name: line(payload, 80), time_zone: "UTC" }));
  for (const [at, payload] of PAYLOADS.entries()) if (at % 12 === 7) await put(api.post("/v1/prompts", { name: line(payload, 80) }));
  for (const [at, payload] of PAYLOADS.entries()) {
    if (at % 12 === 9) await put(api.post("/v1/canned-replies", { name: `r${at}`, audience: "everybody", title: line(payload, 80), text: cut(payload, 2000).replaceAll("{", "{{").replaceAll("}", "}}") }));
  }
  // They ask for what nobody writes: what they would say is not said.
  const rules: string[] = [];
  for (const [at, payload] of PAYLOADS.entries()) {
    if (at % 12 !== 7) continue;
    const text = cut(payload).replaceAll("{", "{{").replaceAll("}", "}}");
    await put(api.post("/v1/rule-groups", { name: line(payload, 80) }));
    const rule = await put(api.post("/v1/rules", {
      name: line(payload, 120), trigger: "new_case", enabled: false, match: [{ mode: "all", conditions: [{ field: "message.text", op: "contains", value: line(payload, 400) }] }],
      actions: [{ kind: "send_message", texts: [text] }, { kind: "add_labels", labels: [line(payload, 100)] }],
    }));
    if (rule) rules.push(rule.id);
  }
  const profiles: string[] = [];
  await each(PAYLOADS, async (payload, at) => {
    const made = await put(api.post("/v1/profiles", { external_id: `x-${at}`, name: line(payload, 200), email: `x${at}@mail.example` }));
    if (made && at % 20 === 0) profiles.push(made.id);
  });
  // Twenty values to a customer.
  await each(PAYLOADS, (payload, at) => {
    const profile = profiles[Math.floor(at / 20) % profiles.length]!;
    return put(api.call("PATCH", `/v1/profiles/${profile}`, { attributes: { [keys[at % 20]!]: line(payload, 200) } }));
  });
  await each(every(12), async (payload) => {
    await put(api.post(`/v1/channels/${set.pigeon}/messages`, { id: `m-${payload.id}`, from: { id: cut(payload, 200), name: cut(payload, 200) }, text: cut(payload) }));
    await put(api.post("/v1/channels", { kind: "custom", name: cut(payload, 80), config: { outbound_url: `${company.origin}/messenger/hook` } }));
    await put(api.post("/v1/api-keys", { name: cut(payload, 80), scopes: ["case.read"] }));
    await put(api.post("/v1/users", { email: `p${payload.id}@acme.example`, name: cut(payload, 100), role: "agent" }));
    await put(api.post("/v1/widgets", { name: cut(payload, 100), origins: [company.origin] }));
  });
  return { profiles, rules, hook: hook.id };
}

/** The phrases of the widget in three languages, each with another payload. */
async function fillPhrases(world: World): Promise<string[]> {
  const names = Object.keys(await (await fetch(`${world.server.url}/widget/1/phrases/en.json`)).json());
  const languages = ["en", "de", "fr"];
  const phrase = (at: number, index: number) => line(PAYLOADS[(at * names.length + index) % PAYLOADS.length]!, 150);
  const phrases = Object.fromEntries(languages.map((language, at) => [language, Object.fromEntries(names.map((name, index) => [name, phrase(at, index)]))]));
  await world.api.call("PATCH", `/v1/widgets/${world.company.set!.widget}`, { languages, phrases });
  return languages;
}

test("nothing that somebody writes runs on the pages of the console", async ({ browser, watch }) => {
  watch.forgive(/status of 4\d\d/);
  // A world of its own: what is written here would be in everybody's way.
  const world = await World.make(browser);
  const { profiles, rules, hook } = await fill(world);
  await fillPhrases(world);
  const set = world.company.set!;
  const context = await world.as("admin");
  const seen = new Seen(await Detector.on(context));
  const page = await context.newPage();
  const walk = new Walk(page);
  const look = async (place: string, path: string) => {
    await walk.to(world.server.url + path);
    const next = page.getByRole("button", { name: "Show more", exact: true });
    for (let n = 0; n < 8 && (await next.isVisible()); n++) {
      await next.click();
      await walk.settled();
    }
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await seen.look(page, place);
  };

  await look("customers", "/customers");
  for (const id of profiles) await look("customer", `/customers/${id}`);
  for (const view of ["evidence", "timeline", "cases", "viewers"]) await look(`customer, ${view}`, `/customers/${profiles[0]}?view=${view}`);

  // Something arrives while somebody looks.
  const me = await page.evaluate(async () => (await (await fetch("/v1/me")).json()).user.id as string);
  await each(every(12), async (payload) => {
    const said = await put(world.api.post(`/v1/channels/${set.pigeon}/messages`, { id: `live-${payload.id}`, from: { id: `live-${payload.id}`, name: line(payload, 200) }, text: cut(payload) }));
    if (said) await world.api.call("PATCH", `/v1/cases/${said.case.id}`, { assignee: me });
  });
  const bell = page.getByRole("button", { name: /^Notifications/ }).first();
  await expect(bell).toHaveAccessibleName(/\d/);
  // What comes in a burst is read together.
  await page.waitForTimeout(2500);
  await bell.click();
  await walk.settled();
  await seen.look(page, "notifications");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog").getByRole("combobox");
  for (const payload of every(3)) await palette.fill(cut(payload).replace(/[\r\n]/g, " "));
  await seen.look(page, "palette");
  for (const at of [1, 41, 81]) {
    await palette.fill(`x${at}@mail.example`);
    await page.getByRole("option", { name: /C-\d+/ }).first().waitFor();
    await seen.look(page, "palette, found");
  }
  await page.keyboard.press("Escape");

  for (const [place, path] of [
    ["channels", "/channels"], ["reports", "/reports"], ["reports by channel", "/reports?view=cases&by=channel"], ["reports by group", "/reports?view=replies&by=group"], ["widgets", "/widgets"], ["widget", `/widgets/${set.widget}`], ["widget, phrases", `/widgets/${set.widget}?view=phrases`],
    ["attributes", "/attributes"], ["codes", "/codes"], ["API keys", "/developers"], ["webhooks", "/developers?view=webhooks"],
    ["deliveries", `/developers?view=webhooks&webhook=${hook}`], ["events", "/developers?view=events"], ["requests", "/developers?view=requests"],
    ["dead letters", "/developers?view=deadLetters"], ["people", "/people"], ["groups", "/people?view=groups"], ["business hours", "/business-hours"], ["prompts", "/phone/prompts"], ["canned replies", "/canned-replies"],
    ["rules", "/rules"], ["rules, groups", "/rules?view=groups"], ["rule", `/rules/${rules[0]}`], ["rule, versions", `/rules/${rules[0]}?view=versions`], ["audit", "/audit"], ["get started", "/get-started"],
  ] as const) {
    await look(place, path);
    if (place !== "audit") continue;
    for (const button of (await page.getByRole("button", { name: "Details" }).all()).slice(0, 40)) await button.click();
    await seen.look(page, place);
  }
  const all = legible().length;
  seen.verify({ customers: all * 0.8, customer: all * 0.8, palette: all * 0.25, deliveries: all * 0.2, notifications: 5, channels: 15, widgets: 15, people: 15, groups: 15, "business hours": 10, prompts: 10, "canned replies": 10, rules: 10, "rules, groups": 10, "API keys": 15, "widget, phrases": 15, "palette, found": 2 });
  await context.close();
  await world.stop();
});

test("nothing that the company writes runs at its customers'", async ({ browser, watch }) => {
  watch.forgive(/status of 4\d\d/);
  const world = await World.make(browser);
  const { api, company } = world;
  const languages = await fillPhrases(world);
  const context = await world.customer();
  const seen = new Seen(await Detector.on(context));
  const page = await context.newPage();
  await page.goto("/shop");
  await page.getByRole("button", { name: "Chat" }).click();
  const field = page.frameLocator('iframe[src*="/webchat/frame/"]').getByRole("textbox", { name: "Message" });
  await field.fill(cut(PAYLOADS[2]!));
  await field.press("Enter");
  await page.frameLocator('iframe[src*="/webchat/frame/"]').getByText("Delivered").first().waitFor();
  const chat = (await api.get("/v1/cases?limit=1")).data[0].id as string;
  const messenger = (await company.say("vic", "Hello")).case.id as string;
  await each(PAYLOADS, async (payload, at) => {
    for (const item of at % 2 ? [chat] : [chat, messenger]) await put(api.post(`/v1/cases/${item}/messages`, { text: cut(payload), kind: "reply" }));
  });
  const until = async (place: string, least: number) =>
    void (await expect.poll(async () => (await seen.look(page, place), seen.count(place)), { timeout: 60_000 }).toBeGreaterThanOrEqual(least));
  const all = legible().length;
  await until("web chat", all * 0.9);
  await page.reload();
  await page.getByRole("button", { name: "Chat" }).click();
  await until("web chat, after a reload", all * 0.1);
  await page.goto("/messenger?as=vic");
  await until("messenger", all * 0.4);
  for (const language of languages) {
    await page.goto("/bank");
    const signIn = page.getByRole("button", { name: "Victor VIP" });
    if (await signIn.or(page.getByRole("button", { name: "Sign out" })).first().textContent().then((text) => text !== "Sign out")) await signIn.click();
    await page.evaluate((language) => ((window as any).countersign = { ...(window as any).countersign, language }), language);
    await page.locator(".countersign-identify").first().evaluate((button: HTMLElement) => button.click());
    const inside = page.frameLocator('iframe[src*="/widget/frame/"]');
    await inside.getByRole("button").first().waitFor();
    await seen.look(page, "widget");
    for (const button of await inside.getByRole("button").all()) await button.click({ timeout: 1000 }).catch(() => undefined);
    await seen.look(page, "widget");
  }
  seen.verify({ widget: 8 });
  await context.close();
  await world.stop();
});
