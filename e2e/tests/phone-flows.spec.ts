import { violations } from "../support/axe.ts";
import { Hands, withoutMouse } from "../support/hands.ts";
import { expect, test, type World } from "../support/world.ts";

const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;

/** The menu of a bank that asks its own system. */
const bank = (world: World, queue: string) => ({
  start: "ask", on_error: "agents",
  nodes: {
    ask: { kind: "keypad_input", variable: "accountNumber", min: 10, max: 10, prompt: { say: "Enter your account number, ten digits, and end with the pound key.", language: "en" }, exits: { next: "look", failed: "agents" } },
    look: { kind: "http_request", url: `http://127.0.0.1:${world.company.port}/crm/customers/{accountNumber}`, variable: "customerInfo", exits: { found: "agents", not_found: "agents", unavailable: "agents" } },
    agents: { kind: "queue", queue, timeout_ms: 600000, exits: { timeout: "bye", failed: "bye" } },
    bye: { kind: "hang_up", prompt: { say: "Goodbye." } },
  },
});

const groupOf = (world: World, name: string) => world.api.post("/v1/groups", { name }).catch(() => undefined);

test("the bank's menu is built without a mouse, checked and published", async ({ world, browser }) => {
  test.setTimeout(180_000);
  await groupOf(world, "Phone support");
  const page = await (await browser.newContext()).newPage();
  await withoutMouse(page);
  const hands = new Hands(page);
  const panel = page.getByRole("complementary").filter({ has: page.locator("#node-title") });
  const node = (name: string) => page.getByRole("list", { name: "Nodes" }).locator("> li").filter({ has: page.getByRole("button", { name: new RegExp(`^${name} `) }) });
  const kinds = page.getByRole("dialog");
  const leaves = () => hands.press("Escape");
  await hands.logIn(world, "admin@acme.example");
  await hands.press("g", "f");
  await hands.push(page.getByRole("link", { name: "New phone menu" }));
  await hands.write(page.getByLabel("Name"), "Built by keys");
  await hands.press("Tab", "ArrowUp");
  await expect(page.getByRole("radio", { name: "Empty" })).toBeChecked();
  await hands.push(page.getByRole("button", { name: "Create" }));
  await expect(page.getByRole("heading", { name: "Built by keys" })).toBeVisible();

  await hands.push(page.getByRole("button", { name: "Add a node" }));
  await hands.push(kinds.getByRole("button", { name: /^Keypad input/ }));
  await expect(panel.getByRole("heading", { name: "Keypad input" })).toBeFocused();
  await hands.write(panel.getByLabel("Variable", { exact: true }), "accountNumber");
  await hands.push(panel.getByRole("button", { name: "Add a piece: What the caller hears" }));
  await hands.write(panel.getByLabel("Sentence to be spoken"), "Enter your account number, ten digits, and end with the pound key.");
  await hands.write(panel.getByLabel("Fewest digits"), "10");
  await hands.write(panel.getByLabel("Most digits"), "10");
  await hands.press("Tab");
  await leaves();

  // From its exit to the next: the look-up, with a variable taken from what is offered.
  await hands.push(node("Keypad input").getByRole("button", { name: /^then/ }));
  await hands.push(kinds.getByRole("button", { name: /^Look-up/ }));
  await hands.write(panel.getByLabel("Variable", { exact: true }), "customerInfo");
  await hands.write(panel.getByLabel("Address", { exact: true }), "https://bank.example/customers/{acc");
  await hands.press("Enter");
  await expect(panel.getByLabel("Address", { exact: true })).toHaveValue("https://bank.example/customers/{accountNumber}");
  await leaves();
  await hands.push(node("Look-up").getByRole("button", { name: /^found/ }));
  await hands.push(kinds.getByRole("button", { name: /^Queue/ }));
  await hands.write(panel.getByRole("combobox", { name: "Queue", exact: true }), "Phone support");
  await hands.write(panel.getByLabel("Waits at most, minutes"), "10");
  await leaves();
  await hands.push(node("Queue").getByRole("button", { name: /^waited too long/ }));
  await hands.push(kinds.getByRole("button", { name: /^Hang up/ }));
  await leaves();
  const lead = async (from: string, exit: RegExp, to: string) => {
    await hands.push(node(from).getByRole("button", { name: exit }));
    await hands.to(kinds.getByLabel("Or lead to a node that is there"));
    await hands.type(to);
    await expect(kinds).toHaveCount(0);
  };
  await lead("Keypad input", /^failed/, "Queue");
  await lead("Look-up", /^not found/, "Queue");
  await lead("Look-up", /^unavailable/, "Queue");
  await expect(page.getByText("All changes saved")).toBeVisible();
  // One exit is still open: it is said, and leads to its place.
  await hands.push(page.locator("summary").filter({ hasText: "1 problem" }));
  await hands.push(page.getByRole("button", { name: /^Queue, exit “failed”/ }));
  await expect(node("Queue").getByRole("button", { name: /^Queue / })).toBeFocused();
  await lead("Queue", /^failed/, "Hang");
  await expect(page.getByText("Nothing is wrong: this draft can be published.")).toBeVisible();

  // Back and forth, and to another place in the grid.
  await hands.push(page.getByRole("button", { name: "Undo" }));
  await expect(page.locator("summary").filter({ hasText: "1 problem" })).toBeVisible();
  await hands.push(page.getByRole("button", { name: "Redo" }));
  await hands.to(node("Hang up").getByRole("button", { name: /^Hang up / }));
  await hands.press("Shift+ArrowRight");
  await expect(page.getByText("Moved to column 2, row 4")).toBeAttached();

  await expect(page.getByText("Nothing is wrong: this draft can be published.")).toBeVisible();
  await hands.push(page.getByRole("button", { name: "Publish" }));
  await hands.push(page.getByRole("dialog", { name: "Publish this menu?" }).getByRole("button", { name: "Publish" }));
  await expect(page.getByText("Version 1 is published")).toBeVisible();

  const made = (await world.api.get("/v1/ivr-flows")).data.find((flow: any) => flow.name === "Built by keys");
  expect(made).toMatchObject({ published: 1, is_changed: false, node_count: 4 });
  const { draft } = await world.api.get(`/v1/ivr-flows/${made.id}`);
  expect(draft).toMatchObject({
    start: "keypad_input",
    nodes: {
      keypad_input: { variable: "accountNumber", min: 10, max: 10, require_terminator: true, exits: { next: "http_request", failed: "queue" } },
      http_request: { url: "https://bank.example/customers/{accountNumber}", variable: "customerInfo", exits: { found: "queue", not_found: "queue", unavailable: "queue" } },
      queue: { queue: "Phone support", exits: { timeout: "hang_up", failed: "hang_up" } },
      hang_up: { at: { column: 1, row: 3 } },
    },
  });
  await page.context().close();
});

test("two people change one menu: nobody's work is lost without being asked", async ({ world, watch }) => {
  watch.forgive(/status of 409 \(Conflict\).*\/draft/);
  await groupOf(world, "Phone support");
  const made = await world.api.post("/v1/ivr-flows", { name: "Shared menu", ...bank(world, "Phone support") });
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto(`/phone/flows/${made.id}`);
  await page.locator("[data-node=ask] .head").click();
  await page.getByLabel("Fewest digits").fill("8");
  // Between their keys and the page's saving, somebody else saves.
  await world.api.call("PUT", `/v1/ivr-flows/${made.id}/draft`, { ...bank(world, "Phone support"), version: made.version, on_error: "bye" });
  await page.getByLabel("Most digits").focus();
  const conflict = page.getByRole("dialog", { name: "Somebody else changed this menu" });
  await expect(conflict).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await conflict.getByRole("button", { name: "Keep mine" }).click();
  await expect.poll(async () => (await world.api.get(`/v1/ivr-flows/${made.id}`)).draft).toMatchObject({ on_error: "agents", nodes: { ask: { min: 8 } } });
  // What somebody else does while nothing is typed here is simply shown.
  const { version, draft } = await world.api.get(`/v1/ivr-flows/${made.id}`);
  await world.api.call("PUT", `/v1/ivr-flows/${made.id}/draft`, { ...draft, version, nodes: { ...draft.nodes, bye: { ...draft.nodes.bye, label: "The end" } } });
  await expect(page.getByRole("button", { name: /^The end / })).toBeVisible({ timeout: 15_000 });
});

test("a call is played by hand: the account number finds the customer, and the agent sees the card", async ({ world }) => {
  await groupOf(world, "Phone support");
  const link = (label: string, url: string) => ({ label, url });
  await world.api.post("/v1/call-widgets", {
    name: "Who calls", show_if: "accountNumber", title: "Verified customer", action: link("Open the file", "https://crm.example/customers/{accountNumber}"),
    buttons: [link("Create ticket", "https://desk.example/new?caller=%caller%")], rows: [{ title: "{customerInfo.customer.name}", label: "Name" }],
  });
  const made = await world.api.post("/v1/ivr-flows", { name: "Called by hand", ...bank(world, "Phone support") });
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto(`/phone/flows/${made.id}`);
  await page.getByRole("button", { name: "Call it now" }).click();
  const phone = page.getByRole("region", { name: "Call it now" });
  await expect(phone.getByLabel("Which version")).toHaveValue("draft");
  await phone.getByRole("button", { name: "Call", exact: true }).click();
  await expect(phone.getByText("“Enter your account number")).toBeVisible();
  await expect(page.locator("[data-node=ask].live")).toBeVisible();
  await expect(phone.getByRole("button", { name: "Key 1" })).toBeFocused();
  await page.keyboard.type("1234567890#", { delay: 40 });
  // The exit of a look-up is taken on the next beat of its clock.
  await expect(phone.getByText("It rings: ")).toBeVisible({ timeout: 20_000 });
  await expect(page.locator("[data-node=agents].live")).toBeVisible();
  const log = phone.getByRole("log");
  await expect(log).toContainText("•••••••••• as asked");
  await expect(log).toContainText("look-up: found");
  await expect(log).not.toContainText("1234567890");
  await phone.getByRole("button", { name: "Accept" }).click();
  const card = phone.getByRole("article", { name: "Who calls" });
  await expect(card).toContainText("Verified customer");
  await expect(card).toContainText("Jane Doe");
  await expect(card.getByRole("link", { name: "Open the file" })).toHaveAttribute("href", "https://crm.example/customers/1234567890");
  await expect(card.getByRole("link", { name: "Create ticket" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await phone.getByRole("button", { name: "End the call" }).click();
  await expect(phone.getByText(/^The call is over/)).toBeVisible();

  // A number that nobody has: the agent gets the call all the same.
  await phone.getByRole("button", { name: "Call again" }).click();
  await expect(phone.getByRole("button", { name: "Key 1" })).toBeFocused();
  await page.keyboard.type("5555555555#", { delay: 40 });
  await expect(log).toContainText("look-up: not found", { timeout: 20_000 });
  await expect(phone.getByText("It rings: ")).toBeVisible({ timeout: 20_000 });
  await phone.getByRole("button", { name: "Hang up" }).click();
  await expect(phone.getByText(/^The call is over/)).toBeVisible();
  await expect(log).toContainText("the caller hung up");
});

test("a line is drawn by mouse, a node is carried, and a flow is kept as JSON", async ({ world }) => {
  await groupOf(world, "Phone support");
  const flow = bank(world, "Phone support");
  const made = await world.api.post("/v1/ivr-flows", { name: "By mouse", ...flow, nodes: { ...flow.nodes, ask: { ...flow.nodes.ask, exits: { next: "look" } } } });
  const draft = async () => (await world.api.get(`/v1/ivr-flows/${made.id}`)).draft;
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto(`/phone/flows/${made.id}`);
  await page.locator("[data-node=ask] li").filter({ hasText: "failed" }).locator(".handle").dragTo(page.locator("[data-node=agents] .head"));
  await expect.poll(async () => (await draft()).nodes.ask.exits).toEqual({ next: "look", failed: "agents" });
  const head = (await page.locator("[data-node=bye] .head").boundingBox())!;
  await page.mouse.move(head.x + 60, head.y + 20);
  await page.mouse.down();
  await page.mouse.move(head.x + 372, head.y + 20, { steps: 6 });
  await page.mouse.up();
  await expect.poll(async () => (await draft()).nodes.bye.at?.column).toBeGreaterThan(0);

  await page.getByRole("button", { name: "Actions for By mouse" }).click();
  await page.getByRole("menuitem", { name: "As JSON" }).click();
  const dialog = page.getByRole("dialog", { name: "As JSON" });
  const text = JSON.parse(await dialog.getByLabel("The whole menu").inputValue());
  await dialog.getByLabel("The whole menu").fill("{ nonsense");
  await dialog.getByRole("button", { name: "Put in its place" }).click();
  await expect(dialog).toContainText("This is not JSON.");
  expect(await violations(page)).toEqual([]);
  text.nodes.bye.label = "Pasted";
  await dialog.getByLabel("The whole menu").fill(JSON.stringify(text));
  await dialog.getByRole("button", { name: "Put in its place" }).click();
  await expect(page.getByRole("button", { name: /^Pasted / })).toBeVisible();
  await expect.poll(async () => (await draft()).nodes.bye.label).toBe("Pasted");
});

test("an agent has no page of phone menus, and no place in the menu for it", async ({ world }) => {
  const page = await (await world.as("agent", AXE)).newPage();
  await page.goto("/phone/flows");
  await expect(page.getByText("You may not see this")).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Phone menus" })).toHaveCount(0);
});
