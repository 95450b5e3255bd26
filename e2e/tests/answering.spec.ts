import { violations } from "../support/axe.ts";
import { expect, test, type World } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

/** Somebody known writes; answers with the id of the case. */
async function known(world: World, from: string): Promise<string> {
  const { pigeon } = world.company.set!;
  const profile = { external_id: from, name: "Greta Garten", phone: "+4915123456799" };
  const { display } = await world.api.post("/v1/identification-codes", { profile });
  const said = (text: string, n: number) =>
    world.api.post(`/v1/channels/${pigeon}/messages`, { id: `${from}-${n}`, from: { id: from }, text });
  await said(`My code is ${display}`, 1);
  const { case: item } = (await said("When do you call me?", 2)) as { case: { id: string } };
  return item.id;
}

test("canned replies: made on their page, inserted with a slash, and a masked agent is not shown what they hide", async ({ world, watch }) => {
  watch.forgive(/status of 400/);
  const admin = await (await world.as("admin", AXE)).newPage();
  await admin.goto("/canned-replies");
  await admin.getByRole("main").getByRole("link", { name: "New canned reply" }).first().click();
  const form = admin.getByRole("dialog", { name: "New canned reply" });
  await form.getByLabel("Short name").fill("callback");
  await form.getByLabel("Title").fill("Call back");
  await form.getByLabel("Text", { exact: true }).fill("Dear {profile.nam|customer}");
  await form.getByRole("button", { name: "Create" }).click();
  await expect(form.getByText("There is no variable `{profile.nam}`.").first()).toBeVisible();
  expect(await violations(admin)).toEqual([]);
  await form.getByLabel("Text", { exact: true }).fill("Dear {profile.name|customer}, we call {profile.phone|the number you gave us}.");
  await form.getByRole("button", { name: "Create" }).click();
  await expect(admin.getByRole("row", { name: /\/callback/ })).toContainText("Never");
  expect(await violations(admin)).toEqual([]);

  const item = await known(world, "greta");
  const desk = await (await world.as("agent", AXE)).newPage();
  await desk.goto(`/inbox/${item}`);
  const field = desk.getByRole("textbox", { name: /^Reply to/ });
  await field.click();
  await desk.keyboard.type("Hi! and/or /cal");
  const option = desk.getByRole("option", { name: /\/callback/ });
  await expect(option).toBeVisible();
  await expect(option).toHaveAttribute("aria-selected", "true");
  expect(await violations(desk)).toEqual([]);
  await desk.keyboard.press("Escape");
  await expect(option).toBeHidden();
  await desk.keyboard.press("Control+a");
  await desk.keyboard.type("Hi! /call");
  await desk.keyboard.press("Enter");
  await expect(field).toHaveValue("Hi! Dear Greta Garten, we call the number you gave us.");
  await expect(desk.getByText("Left out, because you see it masked: \u2068Phone\u2069")).toBeVisible();
  await desk.keyboard.press("Control+Enter");
  await expect(desk.getByRole("log")).toContainText("we call the number you gave us.");
  await expect(desk.locator("body")).not.toContainText("3456799");

  // With the finger, from the button.
  await desk.getByRole("button", { name: "Insert a canned reply" }).click();
  await option.click();
  await expect(field).toHaveValue(/^Dear Greta Garten/);
  await field.fill("");

  // It was counted, goes away with one press and comes back with another.
  await admin.reload();
  const row = admin.getByRole("row", { name: /\/callback/ });
  await expect(row).toContainText("2 times");
  await row.getByRole("button").click();
  await admin.getByRole("menuitem", { name: "Delete" }).click();
  await expect(row).toBeHidden();
  await admin.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
});

test("a chat that nobody answers counts down on all desks, is put off, and ended by hand with a status", async ({ world }) => {
  await world.api.call("PATCH", "/v1/workspace", { chat_end_minutes: 1 });
  const item = await known(world, "theo");
  const desk = await (await world.as("agent", AXE)).newPage();
  const other = await (await world.as("team_manager")).newPage();
  for (const page of [desk, other]) await page.goto(`/inbox/${item}`);
  await expect(desk.getByRole("textbox", { name: /^Reply to/ })).toBeVisible();
  await expect(desk.getByRole("timer")).toHaveCount(0);
  await desk.getByRole("textbox", { name: /^Reply to/ }).fill("How can I help?");
  await desk.getByRole("button", { name: "Send", exact: true }).click();
  for (const page of [desk, other]) {
    await expect(page.getByRole("timer")).toHaveAccessibleName(/Chat ends in 0:\d\d/);
    await expect(page.getByText("This chat ends in less than a minute unless the customer answers.")).toBeVisible();
  }
  expect(await violations(desk)).toEqual([]);
  // With the keyboard, and the other desk sees it.
  await desk.getByRole("textbox", { name: /^Reply to/ }).press("Escape");
  await desk.keyboard.press("+");
  for (const page of [desk, other]) {
    await expect(page.getByRole("timer")).toHaveAccessibleName(/Chat ends in 5:\d\d/);
    await expect(page.getByText("This chat ends in less than a minute")).toHaveCount(0);
  }
  await other.getByRole("button", { name: "Keep the chat open for 5 more minutes" }).click();
  await expect(desk.getByRole("timer")).toHaveAccessibleName(/Chat ends in (10:\d\d|10m|10 min)/);
  // The customer answers: nothing ends.
  const { pigeon } = world.company.set!;
  await world.api.post(`/v1/channels/${pigeon}/messages`, { id: "theo-3", from: { id: "theo" }, text: "Thank you" });
  for (const page of [desk, other]) await expect(page.getByRole("timer")).toHaveCount(0);

  await desk.keyboard.press("e");
  const dialog = desk.getByRole("dialog", { name: "End this chat?" });
  await dialog.getByLabel("Status afterwards").selectOption("pending");
  await dialog.getByRole("button", { name: "End chat" }).click();
  for (const page of [desk, other]) await expect(page.getByText("Chat ended")).toBeVisible();
  await expect(other.getByRole("button", { name: "Status: Pending" })).toBeVisible();
});
