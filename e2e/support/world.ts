/** A workspace with people, channels, a widget and a bank: what the journeys begin with. */
import { test as base, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { Company, type Customer } from "./company.ts";
import { Api, freePort, Server, setUp, temporary } from "./server.ts";
import { Watch } from "./watch.ts";

export type Role = "admin" | "team_manager" | "agent";
type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

export const PASSWORD = "a long walk by the sea";
export const CUSTOMERS: Customer[] = [
  { id: "anna", name: "Anna Standard", tariff: "Standard", email: "anna.standard@mail.example", phone: "+4915123456701" },
  { id: "victor", name: "Victor VIP", tariff: "VIP", email: "victor.vip@mail.example", phone: "+4915123456702" },
];
const PEOPLE: { role: Role; name: string; email: string }[] = [
  { role: "admin", name: "Ada Admin", email: "admin@acme.example" },
  { role: "team_manager", name: "Tess Manager", email: "manager@acme.example" },
  { role: "agent", name: "Mia Agent", email: "agent@acme.example" },
];

export class World {
  readonly states = new Map<Role, State>();
  readonly #contexts: BrowserContext[] = [];

  constructor(
    readonly server: Server,
    readonly company: Company,
    readonly api: Api,
    readonly browser: Browser,
  ) {}

  static async make(browser: Browser, env: Record<string, string> = {}): Promise<World> {
    const dir = temporary();
    const company = await new Company(await freePort()).start();
    const server = new Server(dir, await freePort(), { COUNTERSIGN_OUTBOUND_ALLOW: `127.0.0.1:${company.port}`, ...env });
    const made = setUp(dir, PEOPLE[0]!.email, PASSWORD);
    await server.start();
    const api = new Api(server.url, made.api_key);
    const world = new World(server, company, api, browser);
    for (const { role, name, email } of PEOPLE.slice(1)) {
      const { invitation_url } = await api.post("/v1/users", { email, name, role });
      const token = new URL(invitation_url as string).hash.replace("#token=", "");
      await fetch(`${server.url}/v1/invitations/accept`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token, password: PASSWORD }) });
    }
    const options = [{ value: "standard", label: "Standard" }, { value: "vip", label: "VIP" }];
    await api.post("/v1/attributes", { key: "tariff", label: "Tariff", level: "profile", type: "dropdown", options, pii: "none", forms: ["profile_page", "profile_data"] });
    await api.post("/v1/attributes", { key: "contract", label: "Contract", level: "profile", type: "text", pii: "personal", forms: ["profile_page", "profile_data"] });
    const pigeon = await api.post("/v1/channels", { kind: "custom", name: "Pigeon", config: { outbound_url: `http://127.0.0.1:${company.port}/messenger/hook` } });
    const chat = await api.post("/v1/channels", { kind: "web_chat", name: "Shop chat", config: { origins: [company.origin], title: "Acme Shop", greeting: "Hello! What can we do for you?", accent: "#6a35d9" } });
    const widget = await api.post("/v1/widgets", { name: "Acme Bank", origins: [company.origin] });
    const key = await api.post(`/v1/widgets/${widget.id}/keys`, { algorithm: "HS256" });
    company.set = {
      server_url: server.url, widget: widget.id, kid: key.kid, secret: key.secret, web_chat: chat.id, pigeon: pigeon.id, api, customers: CUSTOMERS,
      people: PEOPLE.map(({ role, email }) => ({ role: role.replace("_", " "), email, password: PASSWORD })),
    };
    return world;
  }

  /** A browser of somebody who is logged in. One log-in a role and worker. */
  async as(role: Role, options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
    let state = this.states.get(role);
    if (!state) {
      const context = await this.browser.newContext();
      const page = await context.newPage();
      await logIn(page, this.server.url, PEOPLE.find((person) => person.role === role)!.email);
      state = await context.storageState();
      // The window says that it closes, as one does that a person closes.
      await page.goto("about:blank");
      await page.waitForTimeout(200);
      this.states.set(role, state);
      await context.close();
    }
    const made = await this.browser.newContext({ baseURL: this.server.url, storageState: state, ...options });
    this.#contexts.push(made);
    return made;
  }

  /** A customer's browser on the company's pages. */
  async customer(options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({ baseURL: this.company.origin, ...options });
    this.#contexts.push(context);
    await openShadows(context);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: this.server.url });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: this.company.origin });
    return context;
  }

  /** First the pages: one that is still open would complain that its server has gone. */
  async stop(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close().catch(() => undefined)));
    await this.company.stop();
    await this.server.remove();
  }
}

/** The chat's launcher stands in a closed shadow tree, where a person's finger gets to and a locator does not. */
export async function openShadows(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: "open" });
    };
  });
}

export async function logIn(page: Page, url: string, email: string, password = PASSWORD): Promise<void> {
  await page.goto(`${url}/log-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/inbox/);
}

/**
 * `world` lives as long as its worker; `lone` is a server for one test, which fills it with what others must not meet or
 * must not be met there; `watch` fails a test in which a page complained.
 */
export const test = base.extend<{ watch: Watch; lone: World }, { world: World }>({
  lone: async ({ browser }, use) => {
    const lone = await World.make(browser);
    await use(lone);
    await lone.stop();
  },
  world: [
    async ({ browser }, use) => {
      const world = await World.make(browser);
      await use(world);
      await world.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  watch: [
    async ({ browser }, use) => {
      const watch = new Watch(browser);
      await use(watch);
      watch.stop();
      watch.verify();
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
