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
