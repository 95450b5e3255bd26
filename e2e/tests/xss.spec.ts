import { Detector, cut, each, legible } from "../support/detector.ts";
import { CARELESS, PAYLOADS } from "../support/payloads.ts";
import { Walk } from "../support/walk.ts";
import { expect, test, World } from "../support/world.ts";

// A picture of the document at every step would cost more than the steps.
test.use({ trace: "off" });

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
