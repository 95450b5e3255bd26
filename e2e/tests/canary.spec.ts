/** The canary crawl through the console (M-8): every page, as roles that see everything masked, in what is drawn and in what was sent. */
import type { BrowserContext, Response } from "@playwright/test";
import { fill } from "../support/pages.ts";
import { Walk } from "../support/walk.ts";
import { expect, test, type World } from "../support/world.ts";

/** One value of its own in each field; nothing of them is a part of what a mask may show. */
const PLANTED: Record<string, string> = {
  name: "Zquorvane Plimtock",
  email: "zquorvane.plimtock@letters.example",
  phone: "+4915112345698",
  external_id: "CUST-QX77193-HIDDEN",
  attribute: "Vexillum-Orrery-Kestrel",
  user_id: "wyzzard-90817-oblique",
  account_name: "Thaddeus Quillfeather",
  claimed_email: "ottoline.fizzbin@papers.example",
  message: "brunhilde.xanadu@letters.example",
  note: "leopoldina.wurst@letters.example",
};

const masks = (masked: boolean) => ({ name: masked, email: masked, phone: masked, ids: masked, attributes: masked, text: masked });

/** The ways in which a value might be written. */
function spellings(value: string): string[] {
  const parts = [value, ...(value.includes("@") ? [value.split("@")[0]!] : []), ...(value.startsWith("+") ? [value.slice(3), `0${value.slice(3)}`] : value.includes(" ") ? value.split(" ") : [])];
  return parts.flatMap((part) => [
    part.toLowerCase(), [...part.toLowerCase()].reverse().join(""), encodeURIComponent(part).toLowerCase(),
    Buffer.from(part).toString("hex"), Buffer.from(part).toString("base64").toLowerCase().replace(/.{0,2}=*$/, ""),
  ]);
}

const NEEDLES = Object.entries(PLANTED).map(([field, value]) => [field, spellings(value)] as const);

function seen(text: string): string[] {
  const lower = text.toLowerCase();
  // Numbers stand in groups.
  const joined = lower.replace(/(?<=\d)[\s\u00a0-](?=\d)/g, "");
  return NEEDLES.filter(([, all]) => all.some((one) => lower.includes(one) || joined.includes(one))).map(([field]) => field);
}

async function plant(world: World): Promise<{ customers: string[]; conversations: string[] }> {
  const { api, company } = world;
  await api.post("/v1/attributes", { key: "hidden", label: "Hidden", level: "profile", type: "text", pii: "personal", forms: ["profile_page", "profile_data"] });
  const profile = { external_id: PLANTED.external_id, name: PLANTED.name, email: PLANTED.email, phone: PLANTED.phone, attributes: { hidden: PLANTED.attribute } };
  const { display } = await api.post("/v1/identification-codes", { profile });
  const from = { id: PLANTED.user_id, name: PLANTED.account_name };
  const write = (id: string, from: object, text: string) => api.post(`/v1/channels/${company.set!.pigeon}/messages`, { id: `canary-${id}`, from, text });
  const say = (id: string, text: string) => write(id, from, text);
  // What is claimed stands with whom nobody knows.
  const { case: stranger } = await write("0", { id: `${PLANTED.user_id}-2`, email: PLANTED.claimed_email }, "Hello?");
  await say("1", `Write to ${PLANTED.message}, please`);
  const { case: item } = (await say("2", `My code is ${display}`)) as { case: { id: string } };
  await api.post(`/v1/cases/${item.id}/messages`, { kind: "note", text: `They also read ${PLANTED.note}; it is ${PLANTED.name}` });
  const { data } = await api.get(`/v1/profiles?external_id=${PLANTED.external_id}`);
  return { customers: [data[0].id, stranger.identity.profile.id], conversations: [item.id, stranger.id] };
}

/** Every place at which somebody meets one of them, drawn or sent. */
async function met(context: BrowserContext, base: string, pages: [string, string][]): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const note = (where: string, text: string) => {
    for (const field of seen(text)) found.set(field, (found.get(field) ?? new Set()).add(where));
  };
  const page = await context.newPage();
  const sent: Promise<void>[] = [];
  page.on("response", (response: Response) => {
    const url = new URL(response.url());
    const kind = response.headers()["content-type"] ?? "";
    if (!url.pathname.startsWith("/v1/") || kind.startsWith("text/event-stream")) return;
    sent.push(response.text().then((text) => note(`sent by ${url.pathname}`, text), () => undefined));
  });
  const walk = new Walk(page);
  for (const [what, path] of pages) {
    await walk.to(base + path);
    note(`drawn on ${what}`, await page.content());
    note(`written in fields of ${what}`, await page.evaluate(() => [...document.querySelectorAll("input, textarea")].map((one) => (one as HTMLInputElement).value).join("\n")));
  }
  await Promise.all(sent);
  note("kept by the browser", await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])));
  await page.close();
  return found;
}

test("no page shows, and no answer brings, what a role sees masked; a leak that is planted is found", async ({ lone: world, watch }) => {
  test.setTimeout(240_000);
  watch.forgive(/status of [45]\d\d/, /Not found: \/nowhere/);
  const before = await world.api.get("/v1/masking");
  const { customers, conversations } = await plant(world);
  const views = ["", "?view=evidence", "?view=timeline", "?view=cases", "?view=viewers"];
  const of = customers.flatMap((customer) => views.map((view): [string, string] => [`customer${view}`, `/customers/${customer}${view}`]));
  of.push(...conversations.map((id): [string, string] => ["conversation", `/inbox/${id}`]), ["customers", "/customers"], ["codes", "/codes"]);

  // Whoever sees everything meets each of them: else nothing would be proved.
  const admin = await world.as("admin");
  expect([...(await met(admin, world.server.url, of)).keys()].sort()).toEqual(Object.keys(PLANTED).sort());

  await world.api.put("/v1/masking", { ...before, roles: { admin: masks(true), team_manager: masks(true), agent: masks(true) } });
  const pages = [...of, ...(await fill(world)).console];
  for (const role of ["admin", "agent"] as const) {
    const found = await met(await world.as(role), world.server.url, pages);
    expect(Object.fromEntries([...found].map(([field, places]) => [field, [...places]])), `met by ${role}`).toEqual({});
  }
  await world.api.put("/v1/masking", { ...before, roles: { admin: masks(true), team_manager: masks(true), agent: { ...masks(true), phone: false } } });
  const leaked = await met(await world.as("agent"), world.server.url, of);
  expect([...leaked.keys()]).toEqual(["phone"]);
});
