import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const EMAIL = "kate.winter@mail.example";

test("customers who share an address are suggested, put off, merged and taken back; others are kept apart", async ({ world }) => {
  const kate = await world.api.post("/v1/profiles", { external_id: "kate-1", name: "Kate Winter", email: EMAIL });
  const twin = await world.api.post("/v1/profiles", { name: "Winter, Kate", email: EMAIL });
  const found = async () =>
    (await world.api.get("/v1/merge-suggestions")).data.find((pair: any) => pair.into.id === kate.id && pair.from.id === twin.id);
  await expect.poll(found, { timeout: 20_000 }).toBeTruthy();
  const standsFor = async (id: string) => (await world.api.get(`/v1/profiles/${id}`)).id;

  // Who may not decide looks, through their masks.
  const desk = await (await world.as("agent", AXE)).newPage();
  await desk.goto("/customers/suggestions");
  const seen = desk.getByRole("article", { name: `${kate.reference} and ${twin.reference}` });
  await expect(seen).toContainText("Same e-mail address");
  await expect(seen.getByRole("button", { name: "Merge" })).toHaveCount(0);
  await expect(desk.getByText("To decide, your role needs to be allowed to merge customers.")).toBeVisible();
  await expect(desk.locator("body")).not.toContainText(EMAIL);

  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto("/customers");
  await page.getByRole("link", { name: "Suggested merges" }).click();
  const card = page.getByRole("article", { name: `${kate.reference} and ${twin.reference}` });
  const said = page.locator(".toaster");
  await expect(card).toContainText(EMAIL);
  await expect(card.getByRole("listitem").filter({ hasText: "Same e-mail address" })).toContainText("+13.9");
  await expect(card.getByRole("listitem").filter({ hasText: "Same name" })).toContainText("+11.8");
  expect(await violations(page)).toEqual([]);

  await card.getByRole("button", { name: "Later" }).click();
  await expect(said).toContainText("It waits under Later.");
  await expect(card).toHaveCount(0);
  await page.getByRole("link", { name: "Later" }).click();
  await card.getByRole("button", { name: "Merge" }).click();
  await expect(said).toContainText(`${twin.reference} is now part of ${kate.reference}.`);
  await expect(card).toHaveCount(0);
  expect(await standsFor(twin.id)).toBe(kate.id);
  // What was accepted is listed, and taken back from there.
  await page.getByRole("link", { name: "Accepted" }).click();
  await expect(card).toContainText("Can be taken back until");
  expect(await violations(page)).toEqual([]);
  await card.getByRole("button", { name: "Undo merge" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo merge" }).click();
  await expect(said).toContainText("The merge was taken back.");
  await expect(card).toHaveCount(0);
  expect(await standsFor(twin.id)).toBe(twin.id);

  // What was taken back counts as a no.
  await page.getByRole("link", { name: "Not the same" }).click();
  await expect(card).toBeVisible();
  await expect(card.getByRole("button", { name: "Merge" })).toHaveCount(0);

  // A colleague's suggestion appears by itself, and is refused after a word about what that means.
  await page.getByRole("link", { name: "Open", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Suggested merges" })).toBeVisible();
  const jo = await world.api.post("/v1/profiles", { name: "Jo North" });
  const sam = await world.api.post("/v1/profiles", { name: "Sam South" });
  const made = await world.api.post("/v1/merge-suggestions", { profile: jo.id, other: sam.id });
  const pair = page.getByRole("article", { name: `${made.into.reference} and ${made.from.reference}` });
  await expect(pair).toContainText("A colleague says so");
  await pair.getByRole("button", { name: "Not the same" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("never suggested again");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Not the same" }).click();
  await expect(said).toContainText("They stay two.");
  await expect(pair).toHaveCount(0);
});

test("what joins customers by itself is switched on by kind", async ({ world }) => {
  const before = await world.api.get("/v1/settings/unification");
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto("/settings");
  await page.getByRole("link", { name: "Unification" }).click();
  await expect(page.getByRole("heading", { name: "Never joined by themselves" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("switch", { name: "Join by e-mail address" }).click();
  // What it would do is said before it is done.
  const outlook = page.getByRole("dialog");
  await expect(outlook).toContainText("Would become part of another customer");
  // The button comes to its colour once there is something to turn on.
  await expect(outlook.getByRole("button", { name: "Turn on" })).toBeEnabled();
  await page.waitForFunction(() => document.getAnimations().length === 0);
  expect(await violations(page)).toEqual([]);
  expect(await world.api.get("/v1/settings/unification")).toEqual(before);
  await outlook.getByRole("button", { name: "Turn on" }).click();
  await expect.poll(() => world.api.get("/v1/settings/unification")).toEqual({ ...before, email: { enabled: true } });
  await world.api.call("PUT", "/v1/settings/unification", before);
  // A colleague's change is seen without loading anew.
  await expect(page.getByRole("switch", { name: "Join by e-mail address" })).not.toBeChecked();
});
