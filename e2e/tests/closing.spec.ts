import { violations } from "../support/axe.ts";
import { expect, test } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

test("what is needed before a conversation is closed is asked for there, and then it is closed", async ({ world, watch }) => {
  watch.forgive(/status of 409/);
  const tess = await (await world.as("team_manager", AXE)).newPage();
  // Rules, e-mails and people alike go on: only closing waits.
  const admin = await (await world.as("admin")).newPage();
  await admin.goto("/attributes?new");
  const form = admin.getByRole("dialog");
  await form.getByLabel("Label").fill("Why they wrote");
  await form.getByLabel("Of", { exact: true }).selectOption("case");
  await form.getByLabel("Personal").selectOption("none");
  await form.getByLabel("Needed to close a conversation").check();
  await form.getByRole("button", { name: "Create" }).click();
  await expect(admin.getByRole("row", { name: /Why they wrote/ })).toContainText("Needed to close");
  const solved = await world.api.post("/v1/attributes", { key: "solved", label: "Is it solved", level: "profile", type: "checkbox", pii: "none", forms: ["profile_data"], required_to_close: true });
  const made = (await world.api.get("/v1/attributes?level=case")).data as { id: string; key: string }[];
  try {
    const { case: item } = await world.company.say("closing-jo", "I would like to close my account");
    await tess.goto(`/inbox/${item.id}`);
    await tess.getByRole("region", { name: "Case" }).getByRole("button", { name: "Status: Open" }).click();
    await tess.getByRole("menuitemradio", { name: "Closed" }).click();
    const asked = tess.getByRole("dialog", { name: "Before it is closed" });
    expect(await violations(tess)).toEqual([]);
    await asked.getByRole("button", { name: "Save and close" }).click();
    await expect(asked, "nothing is closed without an answer").toBeVisible();
    await asked.getByLabel("Why they wrote").fill("Moves abroad");
    await asked.getByLabel("Is it solved").selectOption({ label: "No" });
    await asked.getByRole("button", { name: "Save and close" }).click();
    await expect(asked).toBeHidden();
    const after = await world.api.get(`/v1/cases/${item.id}`);
    expect([after.status, after.attributes]).toEqual(["closed", { why_they_wrote: "Moves abroad" }]);

    // The end of a chat asks as well.
    const { case: other } = await world.company.say("closing-ida", "Bye");
    await tess.goto(`/inbox/${other.id}`);
    await tess.getByRole("button", { name: /^Actions for/ }).last().click();
    await tess.getByRole("menuitem", { name: "End chat" }).click();
    await tess.getByRole("dialog").getByRole("button", { name: "End chat" }).click();
    await asked.getByLabel("Why they wrote").fill("Said goodbye");
    await asked.getByLabel("Is it solved").selectOption({ label: "Yes" });
    await asked.getByRole("button", { name: "Save and close" }).click();
    await expect(asked).toBeHidden();
    await expect.poll(async () => { const now = await world.api.get(`/v1/cases/${other.id}`); return [now.status, now.chat]; }).toEqual(["closed", "ended"]);
  } finally {
    // The other journeys close their conversations as they like.
    for (const { id } of [solved as { id: string }, ...made.filter((one) => one.key === "why_they_wrote")]) await world.api.call("DELETE", `/v1/attributes/${id}`);
  }
});
