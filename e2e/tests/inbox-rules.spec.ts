import { expect, test } from "../support/world.ts";

test("a conversation shows what rules did, why they held back, and leads to the rule whoever may read it", async ({ world }) => {
  const rule = await world.api.post("/v1/rules", {
    name: "Greets everybody",
    trigger: "updated_case",
    match: [{ mode: "all", conditions: [{ field: "message.text", op: "has_word", value: ["parcel"] }] }],
    actions: [{ kind: "send_message", texts: ["Thank you, we look for it."] }, { kind: "add_labels", labels: ["parcel"] }],
  });
  const first = await world.company.say("snowy77", "Hello");
  const mia = await (await world.as("agent")).newPage();
  await mia.goto(`/inbox/${first.case.id}`);
  await expect(mia.getByRole("log")).toContainText("Hello");

  // While it is looked at.
  await world.company.say("snowy77", "Where is my parcel?");
  const lines = mia.locator("details.firing");
  await expect(lines).toHaveCount(1);
  await expect(lines.first()).toContainText("Rule “Greets everybody” fired:");
  await expect(lines.first()).toContainText(/sent a message.* and .*added labels/);
  await world.company.say("snowy77", "My parcel, please");
  await expect(lines).toHaveCount(2);
  await expect(lines.last()).toContainText("1 held back");
  await lines.last().locator("summary").press("Enter");
  await expect(lines.last()).toContainText("Send a message");
  await expect(lines.last()).toContainText(/Held back\. (The rule had answered|The other side answers)/);
  await expect(lines.last().getByRole("link")).toHaveCount(0);

  const ada = await (await world.as("admin")).newPage();
  await ada.goto(`/inbox/${first.case.id}`);
  await ada.locator("details.firing summary").first().click();
  await expect(ada.locator("details.firing").first().getByRole("link", { name: "Open the rule" })).toHaveAttribute("href", `/rules/${rule.id}`);
  await world.api.call("DELETE", `/v1/rules/${rule.id}`);
});

test("a conversation is given to a group, found by it, and whoever has done goes on to the next by one key", async ({ world }) => {
  const group = await world.api.post("/v1/groups", { name: "Billing", members: [] });
  const mine = await world.company.say("dusty77", "An invoice is wrong");
  const other = await world.company.say("misty77", "Nobody answers me");
  const page = await (await world.as("agent")).newPage();
  await page.goto(`/inbox/${mine.case.id}`);
  await expect(page.getByRole("log")).toContainText("An invoice is wrong");

  await page.getByRole("button", { name: /^Assign to:/ }).click();
  await page.getByRole("menuitem", { name: "Group" }).click();
  await page.getByRole("menuitemradio", { name: "Billing" }).click();
  await expect(page.locator("section.conversation > header")).toContainText("Billing");
  await expect(page.locator(`[data-case="${mine.case.id}"]`)).toContainText("Billing");

  // It is somebody else's now: the next one is offered.
  await expect(page.getByText("Done here.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Next conversation" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Group:" }).click();
  await page.getByRole("menuitemradio", { name: "Billing" }).click();
  await expect(page).toHaveURL(new RegExp(`group=${group.id}`));
  await expect(page.locator("[data-case]")).toHaveCount(1);
  await page.goto(`/inbox/${mine.case.id}`);
  await expect(page.getByRole("log")).toContainText("An invoice is wrong");

  // Taken back, then ended; one key leads on.
  await page.getByRole("button", { name: /^Assign to:/ }).click();
  await page.getByRole("menuitem", { name: /Group/ }).click();
  await page.getByRole("menuitemradio", { name: "No group" }).click();
  await expect(page.locator("section.conversation > header")).not.toContainText("Billing");
  await page.getByRole("button", { name: /^Actions for Case/ }).click();
  await page.getByRole("menuitem", { name: "End chat" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End chat" }).click();
  await expect(page.getByText("Done here.")).toBeVisible();
  await page.locator("body").press("w");
  await expect(page).not.toHaveURL(new RegExp(mine.case.id));
  await expect(page).toHaveURL(/\/inbox\/case_/);
  expect(other.case.id).toBeTruthy();
});
