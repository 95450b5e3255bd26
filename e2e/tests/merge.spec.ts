import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

test("two customers become one by hand, the old address leads on, and it is taken back", async ({ world, watch }) => {
  watch.forgive(/status of 409/);
  const stays = await world.api.post("/v1/profiles", { external_id: "merge-1", name: "Mona Stays", email: "mona@mail.example" });
  const goes = await world.api.post("/v1/profiles", {
    name: "Mona <b>Goes</b>", email: "mona.goes@mail.example", phone: "+4915123456799", attributes: { tariff: "vip" },
  });
  const third = await world.api.post("/v1/profiles", { external_id: "merge-3", name: "Another One" });

  const page = await (await world.as("team_manager", AXE)).newPage();
  await page.goto(`/customers/${stays.id}`);
  await page.getByRole("button", { name: "Actions for Mona Stays" }).click();
  await page.getByRole("menuitem", { name: "Merge with another customer…" }).click();
  const dialog = page.getByRole("dialog", { name: "Merge with Mona Stays" });
  const find = dialog.getByRole("searchbox");
  await expect(find).toBeFocused();

  // Two external ids are two customers of the company: refused with a reason.
  await find.fill(third.reference);
  await find.press("Enter");
  await dialog.getByRole("button", { name: "Another One" }).click();
  await expect(dialog.getByRole("alert")).toContainText("external id");
  await dialog.getByRole("button", { name: "Choose another" }).click();

  await find.fill("mona.goes@mail.example");
  await find.press("Enter");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Mona <b>Goes</b>" }).click();
  const email = dialog.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "E-mail", exact: true }) });
  await expect(email).toContainText("mona@mail.example");
  await expect(email).toContainText("mona.goes@mail.example");
  await expect(dialog.getByRole("definition").filter({ hasText: "VIP" })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // The other way round is worse: the company knows this one by its own id.
  await dialog.getByRole("button", { name: "The other way round" }).click();
  await expect(dialog.getByRole("region", { name: "Mona <b>Goes</b>" })).toContainText("Goes on");
  await dialog.getByRole("button", { name: "The other way round" }).click();
  await expect(dialog.getByRole("region", { name: "Mona Stays" })).toContainText("Goes on");

  const merge = dialog.getByRole("button", { name: "Merge", exact: true });
  await expect(merge).toBeDisabled();
  await dialog.getByLabel("Why are the two one customer?").fill("Both stood at the desk");
  await merge.click();
  await expect(page.getByText(`${goes.reference} is part of ${stays.reference} now.`)).toBeVisible();
  const list = page.getByRole("region", { name: "Merged customers" });
  await expect(list).toContainText("Both stood at the desk");
  await expect(list).toContainText("Tess Manager");

  await page.goto(`/customers/${goes.id}?view=timeline`);
  await expect(page.getByText(`${goes.reference} was merged into ${stays.reference}`)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Mona Stays");
  await expect(page.getByRole("main")).toContainText("By hand");
  expect(await violations(page)).toEqual([]);

  // What was written since then stays, and is named; an agent sees all of this and can take nothing back.
  await world.api.call("PATCH", `/v1/profiles/${stays.id}`, { attributes: { tariff: "standard" } });
  const desk = await (await world.as("agent", AXE)).newPage();
  await desk.goto(`/customers/${stays.id}`);
  await expect(desk.getByRole("region", { name: "Merged customers" })).toContainText(goes.reference);
  await expect(desk.getByRole("button", { name: /^Undo merge/ })).toHaveCount(0);

  await page.goto(`/customers/${stays.id}`);
  await page.getByRole("button", { name: `Undo merge: ${goes.reference}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo merge" }).click();
  await expect(list).toContainText("Taken back");
  await expect(list).toContainText("Written later and left where it is: \u2068Tariff\u2069");
  await expect(desk.getByRole("region", { name: "Merged customers" })).toContainText("Taken back");
  expect(await violations(page)).toEqual([]);
  await list.getByRole("link", { name: goes.reference }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Mona <b>Goes</b>");
});
