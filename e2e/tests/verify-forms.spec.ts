import { violations } from "../support/axe.ts";
import { Hands, withoutMouse } from "../support/hands.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const NARROW = { width: 320, height: 720 };

test("an administrator says without a mouse whom a search leaves out and in which order it answers", async ({ world }) => {
  const { api } = world;
  const made = await api.post("/v1/verification-policies", {
    policy: { name: "Ordered", customer: { searches: [{ kind: "text", fields: ["name"], results: [] }], required: [{ field: "external_id", answer: "text", bits: 22 }] } },
  });
  const page = await (await world.as("admin", AXE)).newPage();
  await withoutMouse(page);
  const hands = new Hands(page);
  const { press, type } = hands;
  await page.goto(`/verification/policies/${made.id}`);
  const only = page.getByRole("group", { name: "Only who has" });
  const order = page.getByRole("group", { name: "Order of the results" });

  await hands.push(only.getByRole("button", { name: "Add a condition" }));
  await expect(only.getByRole("combobox", { name: "Field" })).toBeFocused();
  await press("Control+a");
  await type("Tariff");
  await press("Enter");
  await hands.write(only.getByRole("textbox", { name: "Exactly this value" }), "vip");
  for (const field of ["Name", "Tariff"]) {
    await hands.push(order.getByRole("button", { name: "Add a field to sort by" }));
    await expect(order.getByRole("combobox", { name: "Sorted by" }).last()).toBeFocused();
    await press("Control+a");
    await type(field);
    await press("Enter");
  }
  await hands.push(order.getByRole("button", { name: "Move up: Tariff" }));
  await expect(order.getByRole("combobox", { name: "Sorted by" }).first()).toBeFocused();
  await press("Escape", "Tab");
  await expect(order.getByRole("combobox", { name: "Direction" }).first()).toBeFocused();
  await press("ArrowDown");
  expect(await violations(page)).toEqual([]);
  await hands.push(page.getByRole("button", { name: "Save", exact: true }));
  await expect(page.getByText("Saved.")).toBeVisible();
  const saved = await api.get(`/v1/verification-policies/${made.id}`);
  const [search] = saved.draft.customer.searches;
  expect(search.filters).toEqual([{ field: "tariff", equals: "vip" }]);
  expect(search.sort.map(({ field, descending }: { field: string; descending?: boolean }) => [field, descending === true])).toEqual([["tariff", true], ["name", false]]);

  await page.setViewportSize(NARROW);
  await expect(only).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(NARROW.width);
  expect(await violations(page)).toEqual([]);
});

test("a mandate is made shorter and never longer, and an engagement carries fields of the company", async ({ world }) => {
  const { api } = world;
  const day = (days: number) => new Date(new Date().setHours(0, 0, 0, 0) + days * 86_400_000).toISOString();
  const person = (external_id: string, name: string) => api.post("/v1/profiles", { external_id, name });
  const [owner, actor] = [await person("shorten-owner", "Olga Owner"), await person("shorten-actor", "Axel Actor")];
  const given = await api.post("/v1/mandates", {
    kind: "power_of_attorney", representative_id: actor.id, represented_id: owner.id, granted_by_id: owner.id, scope: "all", valid_from: day(-10), valid_until: day(30),
  });
  const page = await (await world.as("admin", AXE)).newPage();
  await withoutMouse(page);
  const hands = new Hands(page);
  const { press } = hands;
  await page.goto(`/customers/${owner.id}`);
  await hands.push(page.getByRole("button", { name: "Shorten: Axel Actor" }));
  const dialog = page.getByRole("dialog", { name: "Shorten this mandate" });
  const last = dialog.getByLabel("Last day");
  const max = await last.getAttribute("max");
  expect(Date.parse(max ?? "")).toBeLessThan(Date.parse(given.valid_until));
  expect(await violations(page)).toEqual([]);
  await hands.push(dialog.getByRole("button", { name: "Shorten" }));
  await expect(page.getByText("The mandate was shortened.")).toBeVisible();
  const shorter = await api.get(`/v1/mandates/${given.id}`);
  expect(Date.parse(shorter.valid_until)).toBeLessThan(Date.parse(given.valid_until));
  expect(Date.parse(shorter.valid_until)).toBeGreaterThan(Date.now());

  const opened = await api.post("/v1/engagements", { channel: "video", type: "inbound" });
  await page.goto(`/engagements/${opened.id}`);
  const own = page.getByRole("region", { name: "Your own fields" });
  await hands.push(own.getByRole("button", { name: "Add a field" }));
  await expect(own.getByLabel("Name")).toBeFocused();
  await hands.write(own.getByLabel("Name"), "branch");
  await hands.write(own.getByLabel("Value"), "Nord");
  await hands.push(own.getByRole("button", { name: "Add a field" }));
  await hands.write(own.getByLabel("Name").last(), "branch");
  await hands.write(own.getByLabel("Value").last(), "Süd");
  await hands.push(own.getByRole("button", { name: "Save" }));
  await expect(own.getByText("There are two fields called branch.")).toBeVisible();
  await hands.write(own.getByLabel("Name").last(), "ticket");
  expect(await violations(page)).toEqual([]);
  await press("Enter");
  await expect(page.getByText("Saved.")).toBeVisible();
  expect((await api.get(`/v1/engagements/${opened.id}`)).custom).toEqual({ branch: "Nord", ticket: "Süd" });
  await hands.push(own.getByRole("button", { name: "Remove: branch" }));
  await hands.push(own.getByRole("button", { name: "Save" }));
  await expect.poll(async () => (await api.get(`/v1/engagements/${opened.id}`)).custom).toEqual({ ticket: "Süd" });

  await page.setViewportSize(NARROW);
  await expect(own).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(NARROW.width);
  await page.goto(`/customers/${owner.id}`);
  await expect(page.getByRole("button", { name: "Shorten: Axel Actor" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(NARROW.width);
});
