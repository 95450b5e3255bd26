import type { Page } from "@playwright/test";
import { expect, test, World } from "../support/world.ts";

// Rules answer customers: they get a workspace of their own, so that no other journey is answered.
test.describe.configure({ mode: "serial" });

let world: World;
test.beforeAll(async ({ browser }) => {
  world = await World.make(browser);
});
test.afterAll(async () => await world?.stop());

const list = (page: Page) => page.getByRole("list", { name: "Rules" });
const row = (page: Page, name: string) => list(page).getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });

async function code(external_id: string, tariff: string): Promise<string> {
  const profile = { external_id, name: `${external_id} Example`, attributes: { tariff } };
  return (await world.api.post("/v1/identification-codes", { profile })).display as string;
}

test("an administrator installs the scenario from the empty page", async () => {
  const page = await (await world.as("admin")).newPage();
  await page.goto("/inbox");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Rules" }).click();
  await expect(page.getByRole("heading", { name: "No rules yet" })).toBeVisible();
  await expect(page.getByText("It makes the dropdown “Tariff” on customers, and 10 rules:")).toBeVisible();
  await expect(page.getByLabel("Language of the texts")).toHaveValue("en");
  await page.getByRole("button", { name: "Install" }).click();
  await expect(page.getByText("10 rules were added.")).toBeVisible();
  await expect(list(page).getByRole("switch")).toHaveCount(10);
  await expect(row(page, "New chat: ask who it is")).toContainText(/if the customer is not identified and .*Tariff.* is empty/);
  await expect(row(page, "New chat: ask who it is")).toContainText("ask for a code, end the chat, leave it Pending");
});

test("customers are answered, and the agent's inbox shows how", async () => {
  const agent = await (await world.as("agent")).newPage();
  await agent.goto("/inbox?sort=newest");
  const log = agent.getByRole("log");
  const status = (name: string) => agent.getByRole("region", { name: "Case" }).getByRole("button", { name: `Status: ${name}` });

  // Nobody knows who this is: asked, and set aside.
  const stranger = await world.company.say("sunny99", "Hi, what about my order?");
  await agent.goto(`/inbox/${stranger.case.id}`);
  await expect(log).toContainText("Hello! To help you with your account, we need to know who you are.");
  await expect(status("Pending")).toBeVisible();

  // A code that was taken back: told so, while the agent looks on.
  const old = await world.api.post("/v1/identification-codes", { profile: { external_id: "sunny" } });
  await world.api.call("DELETE", `/v1/identification-codes/${old.id}`);
  await world.company.say("sunny99", old.display);
  await expect(log).toContainText("Unfortunately this code is not valid.");
  await expect(status("Pending")).toBeVisible();

  // The right one, of a customer with the VIP tariff: thanked, and handed over.
  const known = await world.company.say("sunny99", `here: ${await code("sunny", "vip")}`);
  expect(known.case.priority).toBe("high");
  await expect(log).toContainText("Your personal team will join you in a moment.");
  await expect(status("Open")).toBeVisible();
  await expect(agent.getByRole("complementary", { name: "Who this is" })).toContainText("Authenticated");

  // The other tariff; and somebody who has no account.
  await world.company.say("anna.k", "Hello");
  const anna = await world.company.say("anna.k", await code("anna", "standard"));
  await agent.goto(`/inbox/${anna.case.id}`);
  await expect(log).toContainText("An agent will join you shortly.");
  const jo = await world.company.say("jo", "Hello");
  await world.company.say("jo", "sorry, I don't have an account yet");
  await agent.goto(`/inbox/${jo.case.id}`);
  await expect(log).toContainText("Thank you for telling us.");
  await expect(status("Open")).toBeVisible();

  // The list counts, and the history leads to the conversation.
  const admin = await (await world.as("admin")).newPage();
  await admin.goto("/rules");
  await expect(row(admin, "New chat: ask who it is")).toContainText("3 times in 7 days");
  await row(admin, "Code is valid: VIP tariff").getByRole("link").click();
  await admin.getByRole("link", { name: "History" }).click();
  await expect(admin.getByRole("list", { name: "History" })).toContainText("A message came");
  await admin.getByRole("link", { name: "Open the conversation" }).click();
  await expect(admin.getByRole("log")).toContainText("Your personal team will join you in a moment.");
});

test("a rule: made, mended where it was wrong, tried, ordered by keyboard, switched off, restored", async ({ watch }) => {
  watch.forgive(/status of 400/);
  const page = await (await world.as("admin")).newPage();
  await page.goto("/rules");
  await page.getByRole("link", { name: "New rule" }).click();
  await page.getByLabel("Name").fill("Refunds");
  await page.getByRole("radio", { name: /A message comes or something changes/ }).check();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByRole("combobox", { name: "What is looked at" }).fill("text of");
  await page.getByRole("option", { name: /Text of the message/ }).click();
  await page.getByLabel("Question").selectOption("has_word");
  await page.getByRole("textbox", { name: "Value" }).fill("refund");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Add an action" }).click();
  await page.getByRole("menuitem", { name: "Add labels" }).click();
  await page.getByRole("textbox", { name: "Labels" }).fill("refund");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Add an action" }).click();
  await page.getByRole("menuitem", { name: "Send a message" }).click();
  await expect(page.getByRole("region", { name: "In words" })).toContainText(/text of the message.* has the word “.*refund.*”/);

  // What is missing is said before anything is sent; the list of it leads there.
  await page.getByRole("button", { name: "Create" }).click();
  const wrong = page.getByRole("alert").filter({ hasText: "1 thing needs your attention" });
  await expect(wrong).toBeFocused();
  await wrong.getByRole("button", { name: "Action 2" }).click();
  const text = page.getByRole("textbox", { name: "Message" });
  await expect(text).toBeFocused();
  await text.fill("We look into it, {customer}. ");

  // What only the server knows stands at the same place.
  await page.getByRole("button", { name: "Create" }).click();
  await expect(wrong).toContainText("There is no variable `{customer}`.");
  await expect(text).toHaveAttribute("aria-invalid", "true");
  await expect(text).toHaveValue("We look into it, {customer}. ");
  await text.fill("We look into it, ");
  await expect(wrong).toHaveCount(0);
  await text.press("End");
  await page.getByRole("button", { name: "Insert a value: Message" }).click();
  await page.getByRole("menuitem", { name: "Customer" }).click();
  await page.getByRole("menuitem", { name: "Name", exact: true }).click();
  await expect(text).toHaveValue("We look into it, {profile.name|dear customer}");
  await expect(text).toBeFocused();

  // Tried as it stands, before it is saved.
  await page.getByRole("link", { name: "Try out" }).click();
  await page.getByLabel("Message 1 of the customer").fill("hello");
  await page.getByRole("button", { name: "Add a message" }).click();
  await page.getByLabel("Message 2 of the customer").fill("I want a Refund!");
  await page.getByRole("button", { name: "Try it" }).click();
  const result = page.getByRole("region", { name: "What would happen" });
  const second = result.getByRole("article").nth(1);
  await expect(second).toContainText("Refunds");
  await expect(second).toContainText("We look into it, {profile.name|dear customer}");
  await page.getByRole("link", { name: "Rule", exact: true }).click();
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page).toHaveURL(/\/rules\/rule_/);
  await expect(page.getByRole("heading", { level: 1, name: "Refunds" })).toBeVisible();

  // Nobody leaves what is not saved without being asked.
  await page.getByLabel("Name").fill("Money back");
  await page.getByRole("link", { name: "Rules" }).last().click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Money back" })).toBeVisible();
  await page.getByRole("link", { name: "Rules" }).last().click();

  // To the top, and one down again, by keyboard alone.
  const grip = page.getByRole("button", { name: "Move Money back" });
  await grip.focus();
  await page.keyboard.press("Home");
  await expect(page.getByText("Money back is now number 1 of 11.")).toBeAttached();
  await expect(grip).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("Money back is now number 2 of 11.")).toBeAttached();
  await expect(page.getByText("Order saved.")).toBeVisible();
  await page.reload();
  await expect(list(page).getByRole("listitem").nth(1)).toContainText("Money back");

  // Dragged to the top by its handle.
  const from = (await grip.boundingBox())!;
  const above = (await list(page).getByRole("listitem").first().boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2, above.y + 10, { steps: 8 });
  await expect(list(page).getByRole("listitem").first()).toContainText("Money back");
  await page.mouse.up();
  await expect(page.getByText("Order saved.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(list(page).getByRole("listitem").nth(1)).toContainText("Money back");

  // Off; a version before that is put back, and put away again.
  await page.getByRole("switch", { name: "Money back is on" }).click();
  await expect(page.getByRole("switch", { name: "Money back is on" })).not.toBeChecked();
  await row(page, "Money back").getByRole("link").click();
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page.getByText("Version 3")).toBeVisible();
  await page.getByRole("button", { name: "Restore version 1" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Refunds" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Money back" })).toBeVisible();
});

test("two people change one rule; who deletes one takes it back", async ({ watch }) => {
  watch.forgive(/status of 4(04|09)/);
  const page = await (await world.as("admin")).newPage();
  await page.goto("/rules");
  await row(page, "Code is invalid").getByRole("link").click();
  await page.getByLabel("Name").fill("Code is wrong");
  const { data } = await world.api.get("/v1/rules");
  const rule = data.find((one: any) => one.name === "Code is invalid");
  await world.api.call("PATCH", `/v1/rules/${rule.id}`, { once_per_case: true });
  await expect(page.getByText("Somebody saved this rule while you were changing it."), "it is told live").toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("Code is wrong");
  await page.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Code is wrong" })).toBeVisible();

  await page.goto("/rules");
  const place = (await list(page).getByRole("link").allTextContents()).indexOf("Code is wrong");
  await page.getByRole("button", { name: "Actions for Code is wrong" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(row(page, "Code is wrong")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(list(page).getByRole("listitem").nth(place)).toContainText("Code is wrong");

  await page.getByRole("button", { name: "Actions for Code is wrong" }).click();
  await page.getByRole("menuitem", { name: "Clone" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Code is wrong" })).toBeVisible();
  await expect(page.getByLabel("This rule is on")).not.toBeChecked();
});

test("groups are switched together, and all rules by one switch", async () => {
  const page = await (await world.as("admin")).newPage();
  await page.goto("/rules?view=groups");
  await page.getByRole("link", { name: "New group" }).first().click();
  await page.getByRole("dialog").getByLabel("Name").fill("Campaign");
  await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("row", { name: /Campaign/ })).toContainText("0 rules");
  await page.getByRole("link", { name: "Rules" }).last().click();
  await page.getByRole("button", { name: "Actions for Money back" }).click();
  await page.getByRole("menuitem", { name: "Group" }).click();
  await page.getByRole("menuitemradio", { name: "Campaign" }).click();
  await expect(row(page, "Money back")).toContainText("Campaign");
  await page.getByRole("link", { name: "Groups" }).click();
  await page.getByRole("switch", { name: "Campaign is on" }).click();
  await page.getByRole("link", { name: "Rules" }).last().click();
  await expect(row(page, "Money back")).toContainText("Campaign is off");

  await page.getByRole("switch", { name: "Rules are on" }).click();
  await expect(page.getByText("Rules are off. Nothing is answered or changed by itself.")).toBeVisible();
  await page.getByRole("button", { name: "Switch them on" }).click();
  await expect(page.getByRole("switch", { name: "Rules are on" })).toBeChecked();
});

test("a team manager sees rules and tries them on a past conversation, and changes nothing", async () => {
  const page = await (await world.as("team_manager")).newPage();
  await page.goto("/rules");
  await expect(page.getByText("You may see rules, and try them.")).toBeVisible();
  await expect(list(page).getByRole("switch").first()).toBeDisabled();
  await expect(page.getByRole("link", { name: "New rule" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^(Move|Actions for) / })).toHaveCount(0);
  await row(page, "No code was sent").getByRole("link").click();
  await expect(page.getByLabel("Name")).toBeDisabled();
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
  await page.goto("/rules?view=try");
  await page.getByRole("link", { name: "A past conversation" }).click();
  await page.getByRole("combobox", { name: "Conversation" }).fill("jo");
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Try it" }).click();
  const result = page.getByRole("region", { name: "What would happen" });
  await expect(result).toContainText("Customer has no account");
  await expect(result).toContainText("would say");
  await page.goto("/rules/new");
  await expect(page.getByRole("heading", { name: "You may not see this" })).toBeVisible();

  const agent = await (await world.as("agent")).newPage();
  await agent.goto("/rules");
  await expect(agent.getByRole("heading", { name: "You may not see this" })).toBeVisible();
  await expect(agent.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Rules" })).toHaveCount(0);
});
