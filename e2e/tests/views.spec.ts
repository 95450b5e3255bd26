import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

test("a view of the inbox is shared, counted live, ordered by keys, renamed, and opened by a link", async ({ world }) => {
  const billing = await world.api.post("/v1/groups", { name: "Billing of views" });
  const { case: item } = await world.company.say("views-jo", "Which invoice is this?");
  await world.api.call("PATCH", `/v1/cases/${item.id}`, { group: billing.id });
  const tess = await (await world.as("team_manager", AXE)).newPage();
  const save = async (address: string, name: string) => {
    await tess.goto(address);
    await tess.getByRole("button", { name: /^Views:/ }).click();
    await tess.getByRole("menuitem", { name: "Save this view" }).click();
    await tess.getByLabel("Name of the view").fill(name);
    await tess.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(tess.getByRole("dialog")).toBeHidden();
  };
  await save(`/inbox?group=${billing.id}`, "Invoices");
  await save("/inbox?status=pending", "On hold");

  await tess.getByRole("button", { name: /^Views:/ }).click();
  await tess.getByRole("menuitem", { name: "Manage views" }).click();
  const manage = tess.getByRole("dialog", { name: "Manage views" });
  await manage.getByLabel("Who has Invoices").selectOption({ label: "Everybody" });
  await manage.getByRole("button", { name: "Move On hold", exact: true }).press("ArrowUp");
  await expect(manage.getByRole("button", { name: /^Move/ }).first()).toHaveAccessibleName("Move On hold");
  await expect(manage.getByRole("button", { name: "Move On hold", exact: true })).toBeFocused();
  await manage.getByLabel("Name of Invoices").fill("Bills");
  await manage.getByLabel("Name of Invoices").press("Enter");
  await expect(manage.getByRole("button", { name: "Move Bills", exact: true })).toBeVisible();
  expect(await violations(tess)).toEqual([]);
  await manage.getByRole("button", { name: "Done" }).click();

  // An agent has it, sees what is in it, and cannot change it.
  const mia = await (await world.as("agent")).newPage();
  await mia.goto("/inbox");
  await mia.getByRole("button", { name: /^Views:/ }).click();
  const bills = mia.getByRole("menuitemradio", { name: /^Bills/ });
  await expect(bills).toContainText("1 · shared");
  await expect(mia.getByRole("menuitemradio", { name: /^On hold/ }), "a colleague's own").toBeHidden();
  const { case: second } = await world.company.say("views-ida", "And this one?");
  await world.api.call("PATCH", `/v1/cases/${second.id}`, { group: billing.id });
  await expect(bills).toContainText("2 · shared", { timeout: 10_000 });
  await mia.getByRole("menuitem", { name: "Manage views" }).click();
  await expect(mia.getByRole("dialog").getByLabel("Who has Bills")).toBeHidden();
  await expect(mia.getByRole("dialog").getByRole("button", { name: "Remove Bills" })).toBeHidden();

  // A link leads to what the view is today; of one that is gone it says so.
  const views = (await (await tess.request.get("/v1/me/views")).json()).data as { id: string; name: string }[];
  const shared = views.find((view) => view.name === "Bills")!;
  await mia.goto(`/inbox?view=${shared.id}`);
  await expect(mia).toHaveURL(new RegExp(`/inbox\\?group=${billing.id}$`));
  await expect(mia.getByRole("button", { name: "Views: Bills" })).toBeVisible();
  await mia.goto("/inbox?view=view_00000000000000000000000000");
  await expect(mia.getByText("This view is not there any more")).toBeVisible();
  await expect(mia).toHaveURL(/\/inbox$/);
});
