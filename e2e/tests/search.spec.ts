import { expect, test } from "../support/world.ts";

test("an agent finds a message among all conversations and stands before it", async ({ world }) => {
  const { case: found } = await world.company.say("search-jo", "The marmalade kettle arrived broken");
  for (let n = 0; n < 60; n++) await world.company.say("search-jo", `Something else, number ${n}`);
  await world.company.say("search-mo", "My kettle is <b>fine</b>, marmalade too");
  await world.company.say("search-zed", "Call me on +49 151 23456799, marmalade");

  const mia = await (await world.as("agent")).newPage();
  await mia.goto("/inbox");
  await expect(mia.locator("[data-case]").first()).toBeVisible();
  await mia.keyboard.press("/");
  const field = mia.getByRole("searchbox", { name: "Search conversations" });
  await expect(field).toBeFocused();
  const results = mia.getByRole("region", { name: "What was found" });
  // Messages are read into the index within a second or two.
  await expect(async () => {
    await field.fill("marma kett");
    await field.press("Enter");
    await expect(results.locator("[data-message]")).toHaveCount(2, { timeout: 1500 });
  }).toPass({ timeout: 15_000 });
  await field.fill("marmal kettle");
  await field.press("Enter");
  await expect(results.locator("[data-message]")).toHaveCount(2);
  await expect(results.locator("[data-message]").first()).toContainText("My kettle is <b>fine</b>, marmalade too");
  await expect(results.locator("mark").first()).toHaveText("kettle");
  expect(mia.url(), "nothing of a search in the address").not.toContain("marmal");

  await results.locator("[data-message]").last().click();
  await expect(mia).toHaveURL(new RegExp(`/inbox/${found.id}#msg_`));
  const message = mia.getByRole("log").getByText("The marmalade kettle arrived broken");
  await expect(message).toBeInViewport();
  await expect(results, "the results stay beside it").toBeVisible();

  await field.fill("23456799");
  await field.press("Enter");
  await expect(results).toContainText("Nothing found");
  await field.press("Escape");
  await expect(results).toBeHidden();
  await expect(mia.locator("[data-case]").first()).toBeVisible();

  await mia.keyboard.press("ControlOrMeta+k");
  await mia.keyboard.type("marmalade kettle");
  await mia.getByRole("option", { name: /Search conversations for/ }).click();
  await expect(results.locator("[data-message]")).toHaveCount(2);
  expect(mia.url()).not.toContain("marmalade");
});

test("two people do not answer the same customer without knowing it", async ({ world, watch }) => {
  watch.forgive(/409 \(Conflict\)/);
  const { case: item } = await world.company.say("cross-jo", "Where is my parcel?");
  const mia = await (await world.as("agent")).newPage();
  const tess = await (await world.as("team_manager")).newPage();
  for (const page of [mia, tess]) {
    await page.goto(`/inbox/${item.id}`);
    await expect(page.getByRole("log")).toContainText("Where is my parcel?");
  }
  const [hers, mine] = [mia.getByRole("textbox", { name: /^Reply to/ }), tess.getByRole("textbox", { name: /^Reply to/ })];
  await hers.pressSequentially("It is on its w");
  await expect(tess.getByText(/Writing here: .?Mia Agent/)).toBeVisible();
  await mine.fill("It was lost");
  await hers.pressSequentially("ay.");
  await mia.getByRole("button", { name: "Send" }).click();
  await expect(tess.getByRole("log")).toContainText("It is on its way.");
  await expect(tess.getByText(/Writing here: .?Mia Agent/)).toBeHidden();

  await tess.getByRole("button", { name: "Send", exact: true }).click();
  await expect(tess.getByText(/Mia Agent answered in the meantime/)).toBeVisible();
  await expect(mine).toHaveValue("It was lost");
  await expect(mia.getByRole("log")).not.toContainText("It was lost");
  await tess.getByRole("button", { name: "Send anyway" }).click();
  await expect(mia.getByRole("log")).toContainText("It was lost");
  await expect(tess.getByText(/answered in the meantime/)).toBeHidden();
});
