import { expect, test } from "../support/world.ts";

const PAYLOADS = [
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

test("nothing that a customer writes runs in the console", async ({ world, watch }) => {
  watch.forgive(/status of 404/);
  const set = world.company.set!;
  const clean = (text: string) => text.replace("\u0000", "");
  let last = "";
  for (const [at, raw] of PAYLOADS.entries()) {
    const payload = clean(raw);
    const said = await world.api.post(`/v1/channels/${set.pigeon}/messages`, {
      id: `xss-${at}`, from: { id: `x${at}"><b>`, name: payload.slice(0, 200) }, text: payload,
      attachments: [{ name: payload.slice(0, 100), mime_type: "text/html", size_bytes: 3, url: "https://files.example/a" }],
    });
    last = said.case.id;
    await world.api.post("/v1/profiles", { external_id: `xss-${at}`, name: payload.slice(0, 100), attributes: { contract: payload.slice(0, 200) } });
    await world.api.post(`/v1/cases/${said.case.id}/messages`, { text: payload, kind: "note" });
  }
  await world.api.post("/v1/attributes", { key: "evil", label: PAYLOADS[1]!.slice(0, 80), level: "profile", type: "text", pii: "none", forms: ["profile_page", "profile_data"] });
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
  for (const id of new Set([last, ...ids.slice(0, PAYLOADS.length)])) await look(`/inbox/${id}`);
  await look("/customers");
  const profiles = await world.api.get("/v1/profiles?limit=20");
  for (const profile of profiles.data.filter((one: any) => one.name).slice(0, PAYLOADS.length)) await look(`/customers/${profile.id}`);
  await look(`/customers/${profiles.data[0].id}?view=timeline`);
  await look("/attributes");
  await look("/audit");
  expect(dialogs).toEqual([]);
  console.log(`  ${PAYLOADS.length} payloads, ${ids.length} cases and ${profiles.data.length} customers looked at, 0 executions`);
});
