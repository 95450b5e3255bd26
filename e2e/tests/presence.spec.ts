import { expect, test } from "../support/world.ts";

// A server of its own: windows of the same people that other journeys left open would speak here too.
test("two agents see each other in a conversation, and who is away", async ({ lone: world }) => {
  const first = await world.company.say("sunny77", "Is somebody there?");
  const other = await world.company.say("rainy77", "And for me?");
  const mia = await (await world.as("agent")).newPage();
  await mia.goto(`/inbox/${first.case.id}`);
  await expect(mia.getByRole("log")).toContainText("Is somebody there?");
  await expect(mia.getByText("is here too")).toBeHidden();

  const tess = await (await world.as("team_manager")).newPage();
  await tess.goto(`/inbox/${first.case.id}`);
  await expect(mia.getByText(/Tess Manager.? is here too/)).toBeVisible();
  await expect(tess.getByText(/Mia Agent.? is here too/)).toBeVisible();

  // Another window of hers, that she left open elsewhere, does not speak for this one.
  const elsewhere = await (await world.as("agent")).newPage();
  const said = elsewhere.waitForResponse((answer) => answer.url().endsWith("/v1/me/presence"));
  await elsewhere.goto("/customers");
  await said;
  await tess.reload();
  await expect(tess.getByText(/Mia Agent.? is here too/)).toBeVisible();

  // She goes on to another conversation; here nobody is told any more.
  await tess.locator(`[data-case="${other.case.id}"]`).click();
  await expect(mia.getByText("is here too")).toBeHidden();

  // Whom to give it to: those who are here are marked.
  await mia.getByRole("button", { name: /^Assign to:/ }).click();
  await expect(mia.getByRole("menuitemradio", { name: /Tess Manager/ })).toContainText("Online");
  await mia.keyboard.press("Escape");

  await tess.getByRole("button", { name: "Account of Tess Manager" }).click();
  await tess.getByRole("menuitem", { name: "Availability: Online" }).click();
  await tess.getByRole("menuitemradio", { name: "Away" }).click();
  await mia.getByRole("button", { name: /^Assign to:/ }).click();
  await expect(mia.getByRole("menuitemradio", { name: /Tess Manager/ })).toContainText("Away");
  await mia.keyboard.press("Escape");

  const ada = await (await world.as("admin")).newPage();
  await ada.goto("/people");
  await expect(ada.getByRole("row", { name: /Tess Manager/ })).toContainText("Away");
  await expect(ada.getByRole("row", { name: /Mia Agent/ })).toContainText("Online");
  // The choice holds in the next tab, and the others hear that she is back.
  const again = await tess.context().newPage();
  await again.goto("/people");
  await again.getByRole("button", { name: "Account of Tess Manager" }).click();
  await again.getByRole("menuitem", { name: "Availability: Away" }).click();
  await again.getByRole("menuitemradio", { name: "Online" }).click();
  await expect(ada.getByRole("row", { name: /Tess Manager/ })).toContainText("Online");
});
