import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const IBAN = "DE89370400440532013000";

test("a role sees an attribute by its mask, has one value revealed for a reason, and everybody can see who looked", async ({ world, watch }) => {
  watch.forgive(/status of 4\d\d/);
  const before = await world.api.get("/v1/masking");
  const attribute = await world.api.post("/v1/attributes", {
    key: "iban", label: "Bank account", level: "profile", type: "text", pii: "personal", forms: ["profile_page", "profile_data"],
  });
  const person = await world.api.post("/v1/profiles", {
    external_id: "masked-2", name: "Paula Private", email: "paula.private@mail.example", phone: "+4915123456777", attributes: { iban: IBAN },
  });

  const admin = await (await world.as("admin", AXE)).newPage();
  await admin.goto("/settings?view=masking");
  await admin.getByRole("switch", { name: "E-mail addresses masked for Agent" }).setChecked(true);
  await expect(admin.getByRole("row", { name: /^E-mail addresses/ })).toContainText("****@domain.com");
  // What the row shows is what the chosen role sees.
  await admin.getByRole("button", { name: "Administrator", exact: true }).click();
  await expect(admin.getByRole("row", { name: /^E-mail addresses/ })).toContainText("ann.lee@domain.com");
  await admin.getByRole("button", { name: "Agent", exact: true }).click();
  const row = admin.getByRole("row", { name: /^Bank account/ });
  await admin.getByRole("combobox", { name: "Mask of Bank account" }).selectOption("First two and last two");
  await admin.getByRole("switch", { name: "Bank account masked for Agent" }).setChecked(true);
  await expect(row).toContainText("DE••••••00");
  await expect(row).toContainText("differs");
  expect(await violations(admin)).toEqual([]);
  await expect.poll(async () => (await world.api.get("/v1/attributes")).data.find((one: any) => one.id === attribute.id).mask)
    .toEqual({ format: "keep", first: 2, last: 2, roles: { admin: null, team_manager: null, agent: true } });

  const desk = await (await world.as("agent", AXE)).newPage();
  await desk.clock.install();
  await desk.goto(`/customers/${person.id}`);
  await expect(desk.getByRole("main")).toContainText("DE••••••00");
  await expect(desk.locator("body")).not.toContainText(IBAN);
  const bank = desk.getByRole("definition").filter({ hasText: "DE••••••00" });
  await bank.getByRole("button", { name: "Reveal" }).click();
  const dialog = desk.getByRole("dialog", { name: "Reveal" });
  expect(await violations(desk)).toEqual([]);
  await dialog.getByRole("button", { name: "Send something" }).click();
  await dialog.getByLabel("Why do you need to see it?").fill("Send something: the refund");
  await dialog.getByRole("button", { name: "Reveal" }).click();
  await expect(desk.getByText(IBAN)).toBeVisible();
  expect(await violations(desk)).toEqual([]);
  // A minute later it is gone by itself; what else is masked was so all the time.
  await expect(desk.locator("body")).not.toContainText("paula.private");
  await desk.clock.runFor(61_000);
  await expect(desk.getByText(IBAN)).toBeHidden();

  await admin.goto(`/customers/${person.id}?view=viewers`);
  await expect(admin.getByRole("main")).toContainText("Revealed: Bank account");
  await expect(admin.getByRole("main")).toContainText("Send something: the refund");
  expect(await violations(admin)).toEqual([]);

  // A role that may not reveal is not offered to.
  await admin.goto("/settings?view=masking");
  const limit = admin.getByRole("spinbutton", { name: "Revealed values per hour: Agent" });
  await limit.fill("0");
  await limit.press("Tab");
  await expect.poll(async () => (await world.api.get("/v1/masking")).reveals_per_hour.agent).toBe(0);
  await desk.reload();
  await expect(desk.getByRole("main")).toContainText("DE••••••00");
  await expect(desk.getByRole("button", { name: "Reveal" })).toHaveCount(0);

  // What only this company writes is hidden too, once it was tried.
  await admin.getByRole("button", { name: "Add a pattern" }).click();
  await admin.getByLabel("Name", { exact: true }).fill("Membership card");
  await admin.getByLabel("Pattern", { exact: true }).fill("MC-(12");
  await admin.getByRole("button", { name: "Save" }).click();
  await expect(admin.getByText(/unclosed group/)).toBeVisible();
  await admin.getByLabel("Pattern", { exact: true }).fill("MC-[0-9]{4}");
  await admin.getByLabel("Try it on a text").fill("It says MC-4711");
  await admin.getByRole("button", { name: "Try", exact: true }).click();
  await expect(admin.getByText("It says ••••••")).toBeVisible();
  expect(await violations(admin)).toEqual([]);
  await admin.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await world.api.get("/v1/masking/patterns")).patterns).toEqual([{ name: "Membership card", pattern: "MC-[0-9]{4}" }]);

  await world.api.put("/v1/masking/patterns", { patterns: [] });
  await world.api.put("/v1/masking", before);
  await world.api.call("DELETE", `/v1/attributes/${attribute.id}`);
});
