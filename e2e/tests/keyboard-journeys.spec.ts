import { Hands, withoutMouse } from "../support/hands.ts";
import { expect, test } from "../support/world.ts";

test("an agent's day without a mouse: log in, answer, note, ask, assign, close, find a customer, save a view", async ({ world, browser }) => {
  const said = await world.company.say("no-mouse", "I have no mouse either");
  await world.api.post("/v1/profiles", { external_id: "no-mouse-1", name: "Kay Board", email: "kay.board@mail.example" });
  const context = await browser.newContext();
  const page = await context.newPage();
  await withoutMouse(page);
  const hands = new Hands(page);
  const { press, type } = hands;
  await hands.logIn(world, "agent@acme.example");

  // Newest first, by the filter, and to the conversation.
  await hands.choose(page.getByRole("button", { name: /^Order/ }), "Newest");
  await expect(page).toHaveURL(/sort=newest/);
  await page.locator(`[data-case="${said.case.id}"]`).waitFor();
  await press("j");
  await expect(page).toHaveURL(new RegExp(said.case.id));
  const log = page.getByRole("log");
  await expect(log).toContainText("I have no mouse either");

  await press("r");
  await type("Then we are two");
  await press("Control+Enter");
  await expect(log.getByRole("article").filter({ hasText: "Then we are two" })).toBeVisible();
  await press("Escape", "n");
  await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
  await type("Somebody with a keyboard");
  await press("Control+Enter");
  await expect(page.getByText("Your note")).toBeVisible();
  await press("Escape");
  await hands.push(page.getByRole("button", { name: "Ask for code" }));
  await expect(page.getByText(/^Asked /).first()).toBeVisible();
  await hands.choose(page.getByRole("button", { name: /^Assign to:/ }), "Assign to me");
  await expect(page.getByRole("button", { name: "Assign to: Mia Agent" })).toBeVisible();
  await hands.choose(page.getByRole("button", { name: /^Actions for Case/ }), "End chat");
  const ending = page.getByRole("dialog", { name: "End this chat?" });
  await hands.push(ending.getByRole("button", { name: "End chat" }));
  await expect(ending).toHaveCount(0);
  await expect(page.getByText("Chat ended").first()).toBeVisible();
  expect((await world.api.get(`/v1/cases/${said.case.id}`)).status).toBe("closed");

  // A customer, from the palette and on their page.
  await press("Control+k");
  await type("kay.board@mail.example");
  await page.getByRole("option", { name: /Kay Board/ }).waitFor();
  await press("Enter");
  await page.waitForURL(/\/customers\/./);
  await expect(page.getByRole("heading", { name: "Kay Board" })).toBeVisible();
  await press("g", "c");
  await page.waitForURL(/\/customers$/);
  await hands.write(page.getByRole("searchbox"), "kay.board@mail.example");
  await press("Enter");
  const row = page.getByRole("main").getByRole("link", { name: /Kay Board/ });
  await hands.push(row);
  await page.waitForURL(/\/customers\/./);
  await hands.push(page.getByRole("link", { name: "Timeline" }));
  await expect(page).toHaveURL(/view=timeline/);

  // A view of one's own, saved, chosen, removed.
  await press("g", "i");
  await page.waitForURL(/\/inbox/);
  await hands.choose(page.getByRole("button", { name: /^Assigned to/ }), "Nobody");
  await expect(page).toHaveURL(/assignee=none/);
  await hands.choose(page.getByRole("button", { name: /^Level/ }), "Anonymous");
  await expect(page).toHaveURL(/level=al0/);
  await hands.choose(page.getByRole("button", { name: /^Views/ }), "Save this view");
  await expect(page.getByLabel("Name of the view")).toBeFocused();
  await type("By hand");
  await press("Enter");
  await expect(page.getByRole("button", { name: "Views: By hand" })).toBeVisible();
  await hands.choose(page.getByRole("button", { name: "Views: By hand" }), "Remove this view");
  await expect(page.getByRole("button", { name: "Views: By hand" })).toHaveCount(0);
  await press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await press("Escape");
  console.log(`  the longest way: ${hands.longest.steps} presses of Tab to ${hands.longest.to}`);
  await context.close();
});

test("an administrator's set-up without a mouse: channel, widget, attribute, invitation, masking, audit", async ({ world, browser }) => {
  const before = await world.api.get("/v1/masking");
  const context = await browser.newContext();
  const page = await context.newPage();
  await withoutMouse(page);
  const hands = new Hands(page);
  const { press, type } = hands;
  await hands.logIn(world, "admin@acme.example");
  const drawer = page.getByRole("dialog");

  await press("g", "h");
  await page.waitForURL(/\/channels/);
  await hands.push(page.getByRole("link", { name: "New channel" }));
  await hands.push(drawer.getByRole("link", { name: "Custom channel" }));
  await hands.write(drawer.getByLabel("Name"), "Homing pigeon");
  await press("Enter");
  await expect(drawer.getByLabel("Name")).toHaveCount(0);
  const channel = (await world.api.get("/v1/channels")).data.find((one: any) => one.name === "Homing pigeon");
  expect(channel.kind).toBe("custom");
  // Its secret is shown once: no key but the one that says so leaves it. How the channel is used comes next.
  await hands.push(page.getByRole("button", { name: "I have stored it" }));
  await press("Escape");
  await expect(drawer).toHaveCount(0);

  await press("g", "w");
  await page.waitForURL(/\/widgets/);
  await hands.push(page.getByRole("link", { name: "New widget" }));
  await hands.write(drawer.getByLabel("Name"), "Keyboard Bank");
  await hands.write(drawer.getByLabel("Sites that may show it"), "https://keys.example");
  await hands.push(drawer.getByRole("button", { name: "Create" }));
  await expect.poll(async () => (await world.api.get("/v1/widgets")).data.filter((one: any) => one.name === "Keyboard Bank").length).toBe(1);
  const widget = (await world.api.get("/v1/widgets")).data.find((one: any) => one.name === "Keyboard Bank");

  await page.goto(`${world.server.url}/attributes`);
  await hands.push(page.getByRole("link", { name: "New attribute" }));
  await hands.write(drawer.getByLabel("Label"), "Typed");
  await hands.write(drawer.getByLabel("Key"), "typed");
  await hands.push(drawer.getByRole("button", { name: "Create" }));
  await expect(page.getByRole("cell", { name: "typed", exact: true }).first()).toBeVisible();
  // Rows can be seen behind a dialog, which keeps the keys to itself.
  await expect(drawer).toHaveCount(0);
  const attribute = (await world.api.get("/v1/attributes")).data.find((one: any) => one.key === "typed");

  await press("g", "p");
  await page.waitForURL(/\/people/);
  await hands.push(page.getByRole("link", { name: "Invite" }));
  await hands.write(drawer.getByLabel("E-mail"), "keys@acme.example");
  await hands.write(drawer.getByLabel("Name"), "Kit Keys");
  await hands.push(drawer.getByRole("button", { name: "Invite" }));
  await expect(drawer.locator("code")).toContainText("/invitation#token=");
  await hands.push(page.getByRole("button", { name: "I have stored it" }));
  await expect(drawer).toHaveCount(0);
  await expect(page.getByText("keys@acme.example").first()).toBeVisible();

  await press("g", "s");
  await page.waitForURL(/\/settings/);
  await hands.push(page.getByRole("main").getByRole("link", { name: "Masking" }));
  const email = page.getByRole("switch", { name: "E-mail addresses masked for Agent" });
  await hands.to(email);
  const was = await email.isChecked();
  await press(" ");
  await expect(email).toBeChecked({ checked: !was });
  await expect.poll(async () => (await world.api.get("/v1/masking")).roles.agent.email).toBe(!was);
  await expect(email, "focus stays where it was after saving").toBeFocused();

  await press("g", "a");
  await page.waitForURL(/\/audit/);
  await hands.push(page.getByRole("button", { name: "Verify the chain" }));
  await expect(page.getByText(/^The chain is whole/)).toBeVisible();
  await press("Control+k");
  await type("system");
  await press("Enter");
  await page.waitForURL(/\/system/);
  console.log(`  the longest way: ${hands.longest.steps} presses of Tab to ${hands.longest.to}`);

  await world.api.put("/v1/masking", { roles: before.roles });
  await world.api.call("DELETE", `/v1/channels/${channel.id}`);
  await world.api.call("DELETE", `/v1/widgets/${widget.id}`);
  await world.api.call("DELETE", `/v1/attributes/${attribute.id}`);
  await context.close();
});
