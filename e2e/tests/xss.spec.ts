import type { BrowserContext, Page } from "@playwright/test";
import { CARELESS, type Payload, PAYLOADS } from "../support/payloads.ts";
import { Walk } from "../support/walk.ts";
import { expect, test, World } from "../support/world.ts";

// A picture of the document at every step would cost more than the steps.
test.use({ trace: "off" });

const AT_ONCE = 12;

/** Tells when a payload ran, in whatever frame of whatever page, and what it left in the document. */
class Detector {
  readonly ran = new Set<number>();
  readonly dialogs: string[] = [];

  /** From the first line of every document on: every node and attribute that ever comes, however short it stays. */
  static async on(context: BrowserContext): Promise<Detector> {
    const detector = new Detector();
    await context.addInitScript(() => {
      Object.defineProperty(window, "__owned", { configurable: false, get: () => undefined, set: (id) => console.log(`owned ${id}`) });
      const shown = new Set<number>();
      const wrong = new Set<string>();
      Object.defineProperty(window, "detected", { value: { shown, wrong } });
      // The page's own names may be shadowed by a payload's.
      const { getAttributeNames, getAttribute, querySelectorAll } = Element.prototype;
      const read = (text: string | null) => {
        for (const [, id] of (text ?? "").matchAll(/__owned=(\d+)/g)) shown.add(Number(id));
      };
      const attribute = (node: Element, name: string) => {
        const value = getAttribute.call(node, name) ?? "";
        if (/^on/i.test(name)) wrong.add(`<${node.localName} ${name}>`);
        if (name === "srcdoc") wrong.add(`<${node.localName} srcdoc>`);
        // As a browser reads a scheme: without control characters and spaces.
        if (/^(href|src|action|formaction|data|xlink:href)$/i.test(name) && /^(javascript|vbscript|view-source|feed|data:(?!,$|image\/(png|svg\+xml;base64))):?/i.test(value.replace(/[\x00-\x20]/g, ""))) wrong.add(`<${node.localName} ${name}="${value.slice(0, 80)}">`);
        if (/^(title|aria-label|placeholder|alt|value)$/.test(name)) read(value);
      };
      const element = (node: Element) => {
        if (/^(marquee|object|embed|base|applet|math|frameset|xmp|plaintext|listing|mglyph|foreignobject|animate|set|x|audio|video)$/i.test(node.localName)) wrong.add(`<${node.localName}>`);
        if (/^(script|style)$/.test(node.localName) && /__owned/.test(node.textContent ?? "")) wrong.add(`<${node.localName}> with a payload`);
        for (const name of getAttributeNames.call(node)) attribute(node, name);
      };
      const tree = (node: Node) => {
        if (node instanceof Element) {
          element(node);
          for (const one of querySelectorAll.call(node, "*")) element(one);
        }
        read(node.textContent);
      };
      const watch = (root: Node) =>
        new MutationObserver((records) => {
          for (const record of records) {
            if (record.type === "attributes") attribute(record.target as Element, record.attributeName!);
            else if (record.type === "characterData") read(record.target.textContent);
            else record.addedNodes.forEach(tree);
          }
        }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      watch(document);
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (init) {
        const root = attach.call(this, init);
        watch(root);
        return root;
      };
    });
    context.on("console", (message) => {
      const id = /^owned (\d+)$/.exec(message.text())?.[1];
      if (id) detector.ran.add(Number(id));
    });
    context.on("dialog", (dialog) => (detector.dialogs.push(dialog.message()), void dialog.dismiss().catch(() => undefined)));
    return detector;
  }

  readonly found: string[] = [];

  /** Which payloads were shown since the last look, in all frames; what a payload made is noted. */
  async look(page: Page, place: string): Promise<number[]> {
    const all: number[] = [];
    for (const frame of page.frames()) {
      const seen = await frame.evaluate(() => {
        const { shown, wrong } = (window as any).detected as { shown: Set<number>; wrong: Set<string> };
        for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")) for (const [, id] of field.value.matchAll(/__owned=(\d+)/g)) shown.add(Number(id));
        const answer = { shown: [...shown], wrong: [...wrong] };
        shown.clear();
        wrong.clear();
        return answer;
      }).catch(() => ({ shown: [], wrong: [] }));
      this.found.push(...seen.wrong.map((what) => `${place}: ${what} in ${frame.url()}`));
      all.push(...seen.shown);
    }
    return all;
  }
}

/** A few at a time, in their order. */
async function each<T>(list: readonly T[], work: (one: T, at: number) => Promise<unknown>): Promise<void> {
  const left = [...list.entries()];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = left.shift(); next; next = left.shift()) await work(next[1], next[0]);
  }));
}

/** What the API takes as text: no NUL, no lone surrogate, and no longer than the field. */
const cut = (payload: Payload, length = 20_000) => payload.text.replaceAll("\u0000", "").slice(0, length);
/** Those in which the number can be read. */
const legible = () => PAYLOADS.filter((payload) => payload.text.includes(`__owned=${payload.id}`));


test("the detector sees the payloads run where a page is careless", async ({ browser, watch }) => {
  test.setTimeout(240_000);
  watch.forgive(/./);
  expect(new Set(PAYLOADS.map(({ id, text }) => text.replaceAll(String(id), ""))).size, "distinct payloads").toBeGreaterThanOrEqual(300);
  const context = await browser.newContext();
  await context.route(/./, (route) => (route.request().url() === "http://careless.example/" ? route.fulfill({ contentType: "text/html", body: "<!doctype html><title>x</title><body>" }) : route.abort()));
  const detector = await Detector.on(context);
  const page = await context.newPage();
  await page.goto("http://careless.example/");
  const left = () => PAYLOADS.filter(({ id }) => !detector.ran.has(id));
  // As markup in a page, with somebody's mouse and keys: most run so.
  for (const make of CARELESS.slice(0, 4)) {
    await page.evaluate(async (texts) => {
      for (const text of texts) {
        const host = document.createElement("div");
        document.body.append(host);
        host.innerHTML = text;
        for (const node of host.querySelectorAll<HTMLElement>("*")) {
          // A payload may have taken the form's own names.
          for (const name of Element.prototype.getAttributeNames.call(node)) if (/^on/.test(name)) EventTarget.prototype.dispatchEvent.call(node, new Event(name.slice(2)));
        }
      }
      await new Promise((done) => setTimeout(done, 400));
      document.body.replaceChildren();
    }, left().map(({ text }) => make(text)));
  }
  // As documents of their own, where scripts run and addresses are followed.
  for (const make of [CARELESS[0]!, CARELESS[4]!, CARELESS[5]!, CARELESS[6]!, CARELESS[7]!]) {
    const texts = left().map(({ text }) => make(text));
    for (let from = 0; from < texts.length; from += 40) {
      await page.evaluate(async (texts) => {
        const frames = texts.map((text) => {
          const frame = document.createElement("iframe");
          frame.srcdoc = text;
          document.body.append(frame);
          return frame;
        });
        await new Promise((done) => setTimeout(done, 300));
        for (const frame of frames) {
          for (const node of frame.contentDocument?.querySelectorAll<HTMLElement>("a, area") ?? []) {
            // A link of a picture is no HTML element.
            if (/script/i.test(Element.prototype.getAttribute.call(node, "href") ?? "")) EventTarget.prototype.dispatchEvent.call(node, new MouseEvent("click", { bubbles: true, cancelable: true }));
          }
        }
        await new Promise((done) => setTimeout(done, 50));
        document.body.replaceChildren();
      }, texts.slice(from, from + 40));
    }
  }
  const live = PAYLOADS.filter(({ id }) => detector.ran.has(id));
  console.log(`  ${PAYLOADS.length} payloads in ${new Set(PAYLOADS.map(({ family }) => family)).size} families; ${live.length} ran on a careless page`);
  expect(live.length, "payloads that run somewhere").toBeGreaterThan(150);
  // And what did not run is still seen in the document.
  await page.setContent(`<img src=x onerror="void 0"><a href="java\tscript:void 0">x</a><iframe srcdoc="x"></iframe>`);
  await detector.look(page, "control");
  expect(detector.found.length).toBeGreaterThanOrEqual(3);
  await context.close();
});

test("three hundred payloads stay text in the queue and in a conversation", async ({ browser, watch }) => {
  test.setTimeout(300_000);
  watch.forgive(/status of 4\d\d/);
  // A world of its own: what is written here would be in everybody's way.
  const world = await World.make(browser);
  const { api } = world;
  const messages = `/v1/channels/${world.company.set!.pigeon}/messages`;
  // One conversation with everything, and as many conversations as payloads.
  const long = (await api.post(messages, { id: "first", from: { id: "long", name: "Long" }, text: "Hello" })).case.id as string;
  let refused = 0;
  const put = (path: string, body: unknown) =>
    api.post(path, body).catch((error: unknown) => {
      // A field refuses what it cannot hold; that is as good as showing it as text.
      if (!/: 4(00|22) /.test(String(error))) throw error;
      refused += 1;
    });
  await each(PAYLOADS, async (payload, at) => {
    const attachments = [{ name: cut(payload, 100).replace(/[\r\n]/g, " "), mime_type: "text/html", size_bytes: 3, url: "https://files.example/a" }];
    await put(messages, { id: `long-${at}`, from: { id: "long", name: cut(PAYLOADS[0]!, 200) }, text: cut(payload), attachments });
    await put(messages, { id: `sender-${at}`, from: { id: cut(payload, 200), name: cut(payload, 200) }, text: cut(payload) });
    if (at % 4 === 0) await put(`/v1/cases/${long}/messages`, { text: cut(payload), kind: "note" });
  });
  const context = await world.as("admin");
  const detector = await Detector.on(context);
  const page = await context.newPage();
  const walk = new Walk(page);
  const seen = new Map<string, Set<number>>();
  const note = async (place: string) => void seen.set(place, new Set([...(seen.get(place) ?? []), ...(await detector.look(page, place))]));

  await walk.to(`${world.server.url}/inbox?sort=newest`);
  await page.locator(".queue .scroll").evaluate(async (node) => {
    for (let still = 0; still < 12; ) {
      const top = node.scrollTop;
      node.scrollTop += node.clientHeight * 0.8;
      still = node.scrollTop === top ? still + 1 : 0;
      await new Promise((done) => setTimeout(done, 60));
    }
  });
  await note("queue");
  await walk.to(`${world.server.url}/inbox/${long}`);
  const earlier = page.getByRole("button", { name: "Earlier messages" });
  for (let n = 0; n < 40 && (await earlier.isVisible()); n++) {
    await earlier.click();
    await walk.settled();
  }
  await note("conversation");
  for (const [place, shown] of seen) console.log(`  ${shown.size} of ${PAYLOADS.length} payloads read in the ${place}`);
  console.log(`  ${refused} refused by the API, ${detector.ran.size} executions`);
  expect([...detector.ran], "payloads that ran").toEqual([]);
  expect(detector.dialogs).toEqual([]);
  expect([...new Set(detector.found)], "what a payload made").toEqual([]);
  // What was not shown was not tested.
  for (const place of ["queue", "conversation"]) expect(seen.get(place)!.size, `payloads shown in the ${place}`).toBeGreaterThanOrEqual(legible().length * 0.8);
  await context.close();
  await world.stop();
});

const FEW = [
  `<script>window.__owned=1</script>`,
  `<img src=x onerror="window.__owned=1">`,
  `<svg onload="window.__owned=1">`,
  `"><iframe srcdoc="<script>parent.__owned=1</script>">`,
  `'"--></style></script><script>window.__owned=1</script>`,
  `<a href="javascript:window.__owned=1">press</a>`,
  `javascript:window.__owned=1//https://x.example`,
  `<details open ontoggle="window.__owned=1">x</details>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="window.__owned=1">`,
  "${window.__owned=1}{{constructor.constructor('window.__owned=1')()}}",
  `<input autofocus onfocus="window.__owned=1">`,
  `\u202e<b onmouseover=window.__owned=1>\u0000x</b>\ufeff`,
];

test("nothing that a customer writes runs in the lists and on the pages of customers", async ({ world, watch }) => {
  watch.forgive(/status of 404/);
  const set = world.company.set!;
  const clean = (text: string) => text.replace("\u0000", "");
  let last = "";
  for (const [at, raw] of FEW.entries()) {
    const payload = clean(raw);
    const said = await world.api.post(`/v1/channels/${set.pigeon}/messages`, {
      id: `xss-${at}`, from: { id: `x${at}"><b>`, name: payload.slice(0, 200) }, text: payload,
      attachments: [{ name: payload.slice(0, 100), mime_type: "text/html", size_bytes: 3, url: "https://files.example/a" }],
    });
    last = said.case.id;
    await world.api.post("/v1/profiles", { external_id: `xss-${at}`, name: payload.slice(0, 100), attributes: { contract: payload.slice(0, 200) } });
    await world.api.post(`/v1/cases/${said.case.id}/messages`, { text: payload, kind: "note" });
  }
  await world.api.post("/v1/attributes", { key: "evil", label: FEW[1]!.slice(0, 80), level: "profile", type: "text", pii: "none", forms: ["profile_page", "profile_data"] });
  const context = await world.as("admin");
  const page = await context.newPage();
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
  const look = async (path: string) => {
    await page.goto(path);
    await page.waitForTimeout(400);
    expect(await page.evaluate(() => (window as any).__owned), path).toBeUndefined();
    expect(await page.locator("a[href^='javascript:']").count(), path).toBe(0);
  };
  await look("/inbox?sort=newest");
  const ids = await page.locator("[data-case]").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset["case"]!));
  for (const id of new Set([last, ...ids.slice(0, FEW.length)])) await look(`/inbox/${id}`);
  await look("/customers");
  const profiles = await world.api.get("/v1/profiles?limit=20");
  for (const profile of profiles.data.filter((one: any) => one.name).slice(0, FEW.length)) await look(`/customers/${profile.id}`);
  await look(`/customers/${profiles.data[0].id}?view=timeline`);
  await look("/attributes");
  await look("/audit");
  expect(dialogs).toEqual([]);
  console.log(`  ${FEW.length} payloads, ${ids.length} cases and ${profiles.data.length} customers looked at, 0 executions`);
});
