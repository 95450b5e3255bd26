import { expect, test } from "../support/world.ts";

test("what a rule tells me rings the bell, leads to the conversation, and is read where I read it", async ({ lone: world }) => {
  const people = (await world.api.get("/v1/users")).data as { id: string; name: string }[];
  const mia = people.find((one) => one.name === "Mia Agent")!.id;
  const rule = await world.api.post("/v1/rules", {
    name: "Somebody is angry",
    trigger: "updated_case",
    match: [{ mode: "all", conditions: [{ field: "message.text", op: "has_word", value: ["angry"] }] }],
    actions: [{ kind: "notify", people: [mia], text: "<b>Look</b> at case {case.number}, please." }],
  });
  const page = await (await world.as("agent")).newPage();
  await page.goto("/inbox");
  const bell = page.getByRole("button", { name: /^Notifications/ }).first();
  await expect(bell).toHaveAccessibleName("Notifications, 0 unread");

  const first = await world.company.say("cloudy77", "Hello");
  await world.company.say("cloudy77", "I am angry");
  const second = await world.company.say("foggy77", "Good day");
  await world.company.say("foggy77", "And I am angry too");
  await expect(bell).toHaveAccessibleName("Notifications, 2 unread");
  await expect(page.getByRole("status").filter({ hasText: /new notification/ })).toHaveCount(1);

  // By keyboard alone: open, walk, mark one as read, close.
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  const panel = page.getByRole("dialog", { name: "Notifications" });
  await expect(panel.getByRole("link")).toHaveCount(2);
  await expect(panel.getByRole("link").first()).toBeFocused();
  await expect(panel.getByRole("link").first()).toContainText(`<b>Look</b> at case ${second.case.number}, please.`);
  await expect(panel.getByRole("link").first()).toContainText("Rule: Somebody is angry");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(bell).toHaveAccessibleName("Notifications, 1 unread");
  await expect(panel.getByRole("link").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/inbox/${first.case.id}`));
  await expect(panel).toBeHidden();
  await expect(bell).toHaveAccessibleName("Notifications, 0 unread");

  // The server knows once nothing is left: another browser of hers is told of nothing.
  await expect.poll(async () => (await page.evaluate(() => fetch("/v1/me/notices").then((answer) => answer.json()))).data.filter((one: { read_at: string | null }) => !one.read_at).length).toBe(0);
  const other = await (await world.as("agent")).newPage();
  await other.goto("/inbox");
  await expect(other.getByRole("button", { name: "Notifications, 0 unread" }).first()).toBeVisible();
  await expect(page.getByRole("log")).toContainText("I am angry");
  await world.api.call("DELETE", `/v1/rules/${rule.id}`);
});
