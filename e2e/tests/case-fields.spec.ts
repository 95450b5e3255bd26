import { expect, test } from "../support/world.ts";

test("fields of a case stand beside the conversation, are filled there, and put back", async ({ world }) => {
  const field = (key: string, label: string, more: object) =>
    world.api.post("/v1/attributes", { key, label, level: "case", pii: "none", type: "text", forms: ["case_panel"], ...more });
  await field("order_number", "Order number", {});
  await field("reason", "Reason of the case", { type: "dropdown", options: [{ value: "late", label: "Came late" }, { value: "broken", label: "Broken" }] });
  await field("elsewhere", "Shown elsewhere", { forms: [] });
  const { case: item } = await world.company.say("fields-jo", "It came late");

  const mia = await (await world.as("agent")).newPage();
  await mia.goto(`/inbox/${item.id}`);
  const panel = mia.getByRole("complementary", { name: "Who this is" });
  await panel.getByLabel("Order number").fill("A-77");
  await panel.getByLabel("Order number").press("Enter");
  await expect(mia.getByText("Order number: Saved.")).toBeVisible();
  await panel.getByLabel("Reason of the case").selectOption("late");
  await expect(mia.getByText("Reason of the case: Saved.")).toBeVisible();
  await expect(panel.getByText("Shown elsewhere")).toBeHidden();

  // A colleague sees it at once, and what is put back too.
  const tess = await (await world.as("team_manager")).newPage();
  await tess.goto(`/inbox/${item.id}`);
  const hers = tess.getByRole("complementary", { name: "Who this is" });
  await expect(hers.getByLabel("Reason of the case")).toHaveValue("late");
  await mia.getByRole("button", { name: "Undo", exact: true }).last().click();
  await expect(hers.getByLabel("Reason of the case")).toHaveValue("");
  await expect(hers.getByLabel("Order number")).toHaveValue("A-77");
});

test("an attribute of the customer is filled where it stands, and put back; whoever sees it masked finds no field", async ({ world }) => {
  const attribute = (key: string, label: string, more: object) =>
    world.api.post("/v1/attributes", { key, label, level: "profile", type: "text", forms: ["profile_page", "profile_data"], ...more });
  await attribute("branch", "Branch", { pii: "none", type: "dropdown", options: [{ value: "north", label: "North" }, { value: "south", label: "South" }] });
  await attribute("mother", "Name of the mother", { pii: "sensitive", mask: { format: "hidden", roles: { agent: true } } });
  const { case: item } = await world.company.say("inline-jo", "Hello");
  await world.api.call("PATCH", `/v1/profiles/${item.identity.profile.id}`, { attributes: { mother: "Grace" } });

  const mia = await (await world.as("agent")).newPage();
  await mia.goto(`/inbox/${item.id}`);
  const panel = mia.getByRole("complementary", { name: "Who this is" });
  const edit = panel.getByRole("button", { name: "Edit: Branch" });
  await edit.click();
  // Left by Escape nothing is changed, and the keyboard stands where it was.
  await panel.getByLabel("Branch", { exact: true }).selectOption("north");
  await panel.getByLabel("Branch", { exact: true }).press("Escape");
  await expect(edit).toBeFocused();
  await edit.press("Enter");
  await panel.getByLabel("Branch", { exact: true }).selectOption("south");
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(mia.getByText("Branch: Saved.")).toBeVisible();
  await expect(panel).toContainText("South");
  await expect(panel.getByText("Name of the mother")).toBeVisible();
  await expect(panel.getByRole("button", { name: "Edit: Name of the mother" })).toBeHidden();

  // A colleague on the customer's page sees it, and sees it go.
  const tess = await (await world.as("team_manager")).newPage();
  await tess.goto(`/customers/${item.identity.profile.id}`);
  await expect(tess.getByRole("definition").filter({ hasText: "South" })).toBeVisible();
  await mia.getByRole("button", { name: "Undo", exact: true }).last().click();
  await expect(tess.getByRole("definition").filter({ hasText: "South" })).toBeHidden();
});
