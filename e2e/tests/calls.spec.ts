/** The seed's example: a look-up that was tested, a widget that was built, a call on the bench, and what the agent sees. */
import type { Page } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { expect, test, type World } from "../support/world.ts";

const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const CALLER = "+46706170786";
const ACCOUNT = "1234567890";

const crm = (world: World) => `http://127.0.0.1:${world.company.port}/crm/customers/{accountNumber}`;

/** The seed's flow, published: ten digits and a pound key, the company's own system, somebody to talk to. */
async function flow(world: World, lookUp: string, name: string): Promise<string> {
  const made = await world.api.post("/v1/ivr-flows", {
    name, start: "ask",
    nodes: {
      ask: { kind: "keypad_input", variable: "accountNumber", min: 10, max: 10, prompt: { say: "Enter your account number, 10 digits, and end with pound." }, exits: { next: "look", failed: "agent" } },
      look: { kind: "http_request", look_up: lookUp, variable: "customerInfo", exits: { found: "agent", not_found: "agent", unavailable: "agent" } },
      agent: { kind: "connect", to: "+46771123456", exits: { no_answer: "bye", busy: "bye", failed: "bye" } },
      bye: { kind: "hang_up", prompt: { say: "Goodbye." } },
    },
  });
  await world.api.post(`/v1/ivr-flows/${made.id}/publish`);
  return made.id;
}

const call = (world: World, of: string) =>
  world.api.post("/v1/bench/calls", { flow: of, from: CALLER, to: "+46771123456", script: [{ after_ms: 6000, press: `${ACCOUNT}#` }] });

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("a look-up is written, tested, and keeps its secret to itself", async ({ world }) => {
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto("/phone/look-ups");
  await page.getByRole("link", { name: "New look-up" }).first().click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Customer by account number");
  await page.getByRole("textbox", { name: "Address" }).fill(crm(world));
  await page.getByRole("button", { name: "Add a header" }).click();
  await page.getByRole("textbox", { name: "Name of header 1" }).fill("X-Api-Key");
  await page.getByRole("checkbox", { name: "Secret" }).check();
  await page.getByLabel("Secret value of header 1").fill("crm-key-0123456789-wxyz");
  await page.getByRole("button", { name: "Add a part" }).click();
  await page.getByRole("textbox", { name: "Path of part 1" }).fill("$.customer.name");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/look-ups\/lku_/);
  await expect(page.getByLabel("Secret value of header 1")).toHaveAttribute("placeholder", "••••wxyz");
  await expect(page.getByLabel("Secret value of header 1")).toHaveValue("");

  const tried = part(page, "Test");
  await tried.getByLabel("accountNumber").fill(ACCOUNT);
  await tried.getByRole("button", { name: "Test" }).click();
  await expect(tried).toContainText("Found");
  await expect(tried).toContainText("Jane Doe");
  await expect(tried).toContainText("/crm/customers/••••");
  await expect(page.locator("body")).not.toContainText("crm-key-0123456789");
  await tried.getByLabel("accountNumber").fill("9999999999");
  await tried.getByRole("button", { name: "Test" }).click();
  await expect(tried).toContainText("Not found");
  expect(await violations(page)).toEqual([]);

  // What was changed is saved before it is tested, and nobody leaves by mistake.
  await page.getByRole("textbox", { name: "Part that is saved" }).fill("$.customer");
  await page.getByRole("link", { name: "Call widgets" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await tried.getByLabel("accountNumber").fill(ACCOUNT);
  await tried.getByRole("button", { name: "Save and test" }).click();
  await expect(tried).toContainText("Found");
  await expect(tried.getByRole("button", { name: "Test", exact: true })).toBeVisible();
});

test("a call widget is built beside its preview, and unsafe addresses are refused", async ({ world }) => {
  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto("/phone/call-widgets/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Customer's file");
  await page.getByRole("textbox", { name: "Title" }).fill("Verified customer");
  await page.getByRole("textbox", { name: /^Action/ }).fill("Open the file");
  const url = page.getByRole("textbox", { name: "Address of the action" });
  await url.fill("https://{host}/customers");
  await expect(part(page, "Preview")).toContainText("Write the address out as far as its host.");
  await url.fill("https://crm.example/customers/{accountNumber}");
  await page.getByRole("button", { name: "Add a row" }).click();
  const row = page.getByRole("group", { name: "Row 1" });
  await row.getByRole("textbox", { name: "Text" }).fill("{customerInfo.customer.name}");
  await row.getByRole("textbox", { name: "Label" }).fill("Name");
  await page.getByRole("button", { name: "Add a button" }).click();
  const button = page.getByRole("group", { name: "Button 1" });
  await button.getByRole("textbox", { name: "Label" }).fill("Create ticket");
  await button.getByRole("textbox", { name: "Address" }).fill("https://desk.example/new?caller={caller}");
  await page.getByLabel("Only if this variable has a value").fill("accountNumber");

  const card = part(page, "Preview").getByRole("article", { name: "Verified customer" });
  await expect(card).toContainText("Jane Doe");
  const link = card.getByRole("link", { name: "Open the file" });
  await expect(link).toHaveAttribute("href", "https://crm.example/customers/1234567890");
  await expect(link).toHaveAttribute("rel", "noopener noreferrer");
  await expect(card).toContainText("crm.example, desk.example");
  await page.getByLabel("customerInfo.customer.name").fill("Lisa <b>Maria</b>");
  await expect(card).toContainText("Lisa <b>Maria</b>");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.waitForURL(/call-widgets\/cwg_/);
  const { data } = await world.api.get("/v1/call-widgets");
  const saved = data.find((one: any) => one.name === "Customer's file");
  expect(saved.rows).toEqual([expect.objectContaining({ title: "{customerInfo.customer.name}", label: "Name" })]);
  await world.api.call("DELETE", `/v1/call-widgets/${saved.id}`);
});

test("the agent sees who calls, the card and what happened; who sees less sees it masked", async ({ world }) => {
  const lookUp = await world.api.post("/v1/look-ups", { name: "CRM", request: { method: "GET", url: crm(world) } });
  const widget = await world.api.post("/v1/call-widgets", {
    name: "Seed", show_if: "accountNumber", title: "Verified customer", action: { label: "Open the file", url: "https://crm.example/customers/{accountNumber}" },
    buttons: [{ label: "Create ticket", url: "https://desk.example/new?caller=%caller%" }], rows: [{ title: "{customerInfo.customer.name}", label: "Name" }],
  });
  const made = await call(world, await flow(world, lookUp.id, "Bank"));

  const page = await (await world.as("admin", AXE)).newPage();
  await page.goto("/phone/calls?outcome=answered");
  await page.locator(`a[href="/phone/calls/${made.id}"]`).click();
  const card = page.getByRole("article", { name: "Verified customer" });
  await expect(card).toContainText("Jane Doe");
  await expect(card.getByRole("link", { name: "Create ticket" })).toHaveAttribute("href", "https://desk.example/new?caller=%2B46706170786");
  const happened = part(page, "What happened");
  await expect(happened).toContainText("•••• (10 keys)");
  await expect(happened).toContainText("Look-up: found");
  await expect(happened).not.toContainText(ACCOUNT);
  await page.getByLabel("Wrap-up").last().fill("Wants a new card.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".toaster")).toContainText("Saved.");
  expect((await world.api.get(`/v1/calls/${made.id}`)).note).toBe("Wants a new card.");
  expect(await violations(page)).toEqual([]);

  // An agent sees the number masked, on the page and in every variable that has it.
  const desk = await (await world.as("agent", AXE)).newPage();
  await desk.goto(`/phone/calls/${made.id}`);
  await expect(desk.getByRole("article", { name: "Verified customer" })).toBeVisible();
  const view = await desk.evaluate(async (id) => (await fetch(`/v1/calls/${id}`)).json(), made.id);
  expect(view.masked).toContain("caller");
  expect(view.masked).toContain("variables.customerInfo");
  const seen = await desk.locator("main").innerText();
  expect(seen.replace(/\s/g, "")).not.toContain(CALLER);
  expect(seen).toContain("masked");
  // A link that would hold the number is not handed out, and says so.
  await expect(desk.getByRole("link", { name: "Create ticket" })).toHaveAttribute("aria-disabled", "true");
  expect(await violations(desk)).toEqual([]);
  await world.api.call("DELETE", `/v1/call-widgets/${widget.id}`);
});
