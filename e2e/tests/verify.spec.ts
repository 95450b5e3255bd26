import { violations } from "../support/axe.ts";
import { Hands, withoutMouse } from "../support/hands.ts";
import { expect, test, type World } from "../support/world.ts";

/** What axe needs. */
const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const ANSWERS = { contract: "DE-7731-blue", pet: "Nebuchadnezzar" };

/** A bank's topic: two secrets that only the customer knows, and whoever acts for her needs a mandate. */
async function bank(world: World) {
  const { api } = world;
  for (const key of ["secret_contract", "secret_pet"]) {
    await api.post("/v1/attributes", { key, label: key === "secret_pet" ? "First pet" : "Contract number", level: "profile", type: "text", pii: "personal", forms: [] });
  }
  const party = {
    searches: [{ kind: "text", fields: ["name", "phone", "email"], results: ["tariff"] }],
    required: [{ field: "secret_contract", answer: "text", bits: 22 }, { field: "secret_pet", answer: "name", bits: 10, slips: 1 }],
  };
  const policy = await api.post("/v1/verification-policies", { policy: { name: "Bank", customer: party, representative: party } });
  const acknowledged = [...new Set(policy.findings.map((one: { code: string }) => one.code))];
  await api.post(`/v1/verification-policies/${policy.id}/publish`, { revision: policy.revision, acknowledged });
  const topic = await api.post("/v1/topics", {
    key: "bank_balance", name: "Account balance", is_confidential: true, policy_id: policy.id,
    script: { proceed: "Thank you, here is your balance.", stop: "I cannot tell you that." }, next_action: { label: "Tell the balance" },
  });
  const person = (external_id: string, name: string, contract: string, pet: string) =>
    api.post("/v1/profiles", { external_id, name, attributes: { secret_contract: contract, secret_pet: pet } });
  return {
    topic,
    ada: await person("verify-ada", "Adelheid Verifica", ANSWERS.contract, ANSWERS.pet),
    bob: await person("verify-bob", "Robert Verifica", "DE-1188-red", "Schnurribert"),
  };
}

let made: ReturnType<typeof bank> | undefined;
const once = (world: World) => (made ??= bank(world));

test("x_8_6 a customer is verified without a mouse, and no stored answer reaches the page", async ({ world }) => {
  const { ada } = await once(world);
  const context = await world.as("agent", AXE);
  const page = await context.newPage();
  const answers: string[] = [];
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    // Until it says Proceed: afterwards the customer's own page is opened, which is on record.
    if (path.startsWith("/v1/") && !path.startsWith("/v1/live")) void response.text().then((text) => answers.push(`${path} ${text}`), () => undefined);
  });
  await withoutMouse(page);
  const { press, type } = new Hands(page);
  const opened = await world.api.post("/v1/engagements", { channel: "in_person", type: "inbound" });
  await page.goto(`/engagements/${opened.id}`);
  const panel = page.getByRole("region", { name: "Verification", exact: true });
  const reasons = panel.getByRole("list", { name: "What is it about?" }).getByRole("button");
  await expect(reasons.first()).toBeFocused();
  expect(await violations(page)).toEqual([]);
  const names = await reasons.allTextContents();
  const at = names.findIndex((name) => name.includes("Account balance"));
  for (let step = 0; step < at; step++) await press("ArrowDown");
  await press("Enter");
  await expect(panel.getByRole("button", { name: /About themselves/ })).toBeFocused();
  await press("1");
  await expect(panel.getByRole("searchbox")).toBeFocused();
  await type("Verifica");
  await press("Enter");
  await expect(panel.getByRole("list", { name: "People found" }).getByRole("button").first()).toBeFocused();
  expect(await violations(page)).toEqual([]);
  const found = await panel.getByRole("list", { name: "People found" }).getByRole("button").allTextContents();
  await press(String(found.findIndex((text) => text.includes(ada.reference)) + 1));
  await expect(panel.getByRole("textbox", { name: "Contract number" })).toBeFocused();
  await expect(panel).toContainText("0 of 2 required answered");
  expect(await violations(page)).toEqual([]);
  await type(ANSWERS.contract.toLowerCase());
  await press("Enter");
  await type("Nebuchadnezar");
  await press("Enter");
  await expect(panel).toContainText("2 of 2 required answered");
  await expect(panel.getByRole("heading", { name: /Proceed|Stop/ })).toHaveCount(0);
  const heard = answers.join("\n");
  await press("Enter");
  await expect(panel.getByRole("heading", { name: "Proceed" })).toBeVisible();
  await expect(panel).toContainText("Thank you, here is your balance.");
  await expect(panel).toContainText("Tell the balance");
  expect(await violations(page)).toEqual([]);
  for (const secret of Object.values(ANSWERS)) {
    expect(heard).not.toContain(secret);
    expect(answers.join("\n")).not.toContain(secret);
  }
  await press("Enter");
  await page.waitForURL(new RegExp(`/customers/${ada.id}`));
});

test("x_8_6 the usual path from Verify to Proceed is walked by keys alone, and how long that takes is told", async ({ world }) => {
  const { ada } = await once(world);
  const page = await (await world.as("agent", { reducedMotion: "reduce" })).newPage();
  await withoutMouse(page);
  const hands = new Hands(page);
  const { press, type } = hands;
  const opened = await world.api.post("/v1/engagements", { channel: "in_person", type: "inbound" });
  const panel = page.getByRole("region", { name: "Verification", exact: true });
  const reasons = panel.getByRole("list", { name: "What is it about?" }).getByRole("button");
  await page.goto("/engagements");
  const open = page.locator(`a[href="/engagements/${opened.id}"]`);
  await hands.to(open);

  // From here on as an agent with a customer who answers at once: what is measured is the product and the presses.
  const began = Date.now();
  await press("Enter");
  await expect(reasons.first()).toBeFocused();
  const at = (await reasons.allTextContents()).findIndex((name) => name.includes("Account balance"));
  await press(String(at + 1));
  await expect(panel.getByRole("button", { name: /About themselves/ })).toBeFocused();
  await press("1");
  await expect(panel.getByRole("searchbox")).toBeFocused();
  await type("Adelheid Verifica");
  await press("Enter");
  const found = panel.getByRole("list", { name: "People found" }).getByRole("button");
  await expect(found.first()).toBeFocused();
  await press(String((await found.allTextContents()).findIndex((text) => text.includes(ada.reference)) + 1));
  await expect(panel.getByRole("textbox", { name: "Contract number" })).toBeFocused();
  await type(ANSWERS.contract);
  await press("Enter");
  await type(ANSWERS.pet);
  await press("Enter");
  await expect(panel).toContainText("2 of 2 required answered");
  await press("Enter");
  await expect(panel.getByRole("heading", { name: "Proceed" })).toBeVisible();
  const took = ((Date.now() - began) / 1000).toFixed(1);

  // Told and not judged: a busy machine is no defect (issue 8 wants at most 20 s of interaction).
  test.info().annotations.push({ type: "interaction", description: `Verify to Proceed: ${took} s of at most 20 s` });
  console.log(`    Verify to Proceed: ${took} s of interaction, at most 20 s wanted`);
});

test("v_4 a code to the number on file is read back, and replaces the questions", async ({ world, watch }) => {
  watch.forgive(/status of 409/);
  await once(world);
  const { api, company } = world;
  const sid = `AC${"a".repeat(32)}`;
  const channel = await api.post("/v1/channels", {
    kind: "sms", name: "Codes", config: { account_sid: sid, from: "+15005550006", api_url: company.origin }, secrets: { auth_token: "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6" },
  });
  const customer = { searches: [{ kind: "text", fields: ["name"], results: [] }], required: [{ field: "secret_contract", answer: "text", bits: 22 }], strong_evidence_replaces: true, sent_code_after_hours: 0 };
  const policy = await api.post("/v1/verification-policies", { policy: { name: "Cards", customer } });
  const acknowledged = [...new Set(policy.findings.map((one: { code: string }) => one.code))];
  await api.post(`/v1/verification-policies/${policy.id}/publish`, { revision: policy.revision, acknowledged });
  const topic = await api.post("/v1/topics", { key: "bank_card", name: "Lost card", is_confidential: true, policy_id: policy.id });
  const eva = await api.post("/v1/profiles", { external_id: "verify-eva", name: "Eva Kodek", phone: "+4930901899", attributes: { secret_contract: "X-1" } });
  try {
    const page = await (await world.as("agent", AXE)).newPage();
    const opened = await api.post("/v1/engagements", { channel: "in_person", type: "inbound" });
    await page.goto(`/engagements/${opened.id}`);
    const panel = page.getByRole("region", { name: "Verification", exact: true });
    await panel.getByRole("button", { name: /Lost card/ }).click();
    await panel.getByRole("button", { name: /About themselves/ }).click();
    await panel.getByRole("searchbox").fill("Kodek");
    await panel.getByRole("searchbox").press("Enter");
    await panel.getByRole("list", { name: "People found" }).getByRole("button", { name: eva.reference }).click();
    const send = panel.getByRole("button", { name: /Send a code by text message/ });
    await expect(send).not.toContainText("30901899");
    expect(await violations(page)).toEqual([]);
    await send.click();
    await expect(panel.getByText("The code was sent. Have it read back.")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const { to, text } = company.texts.at(-1)!;
    expect(to).toBe("+4930901899");
    const code = /\d{3} \d{3}/.exec(text)![0];
    expect(await page.content()).not.toContain(code);

    const field = panel.getByRole("textbox", { name: "Code that the customer reads back" });
    await field.fill(code.replace(/^./, (digit) => String((Number(digit) + 1) % 10)));
    await field.press("Enter");
    await expect(panel).toContainText("2 tries left");
    await expect(panel.getByRole("alert")).toContainText("not the code that was sent");
    await field.fill(code);
    await field.press("Enter");
    await expect(panel.getByRole("heading", { name: "Proceed" })).toBeVisible();
    const record = await (await page.request.get(`/v1/engagements/${opened.id}/record`)).json();
    expect(record.evidence).toBe("call_back");
  } finally {
    await api.call("DELETE", `/v1/channels/${channel.id}`);
    await api.call("PATCH", `/v1/topics/${topic.id}`, { is_active: false });
  }
});

test("x_8_6 a representative passes first, and only a mandate that covers the topic leads on", async ({ world }) => {
  const { ada, bob, topic } = await once(world);
  const year = (span: number) => new Date(Date.now() + span * 31_536_000_000).toISOString();
  const mandate = { kind: "power_of_attorney", representative_id: bob.id, represented_id: ada.id, granted_by_id: ada.id };
  await world.api.post("/v1/mandates", { ...mandate, scope: { topics: [topic.key] }, valid_from: year(-2), valid_until: year(-1) });
  await world.api.post("/v1/mandates", { ...mandate, scope: { topics: [topic.key] }, valid_from: year(-1), valid_until: year(1) });

  const page = await (await world.as("agent", AXE)).newPage();
  const opened = await world.api.post("/v1/engagements", { channel: "voice", type: "inbound" });
  await page.goto(`/engagements/${opened.id}`);
  const panel = page.getByRole("region", { name: "Verification", exact: true });
  const levels = panel.getByLabel("Who is verified, and how sure");
  await panel.getByRole("button", { name: /Account balance/ }).click();
  await panel.getByRole("button", { name: /About somebody else/ }).click();
  const verify = async (whom: { reference: string }, contract: string, pet: string) => {
    await panel.getByRole("searchbox").fill("Verifica");
    await panel.getByRole("searchbox").press("Enter");
    await panel.getByRole("list", { name: "People found" }).getByRole("button", { name: whom.reference }).click();
    await panel.getByRole("textbox", { name: "Contract number" }).fill(contract);
    await panel.getByRole("textbox", { name: "First pet" }).fill(pet);
    await panel.getByRole("button", { name: "Decide" }).click();
  };
  await expect(panel.getByRole("heading", { name: "Find the representative" })).toBeVisible();
  await verify(bob, "DE-1188-red", "Schnurribert");
  await expect(panel.getByRole("heading", { name: "By which mandate?" })).toBeVisible();
  await expect(levels).toContainText(/Representative.*Verified.*Customer.*Anonymous/s);
  const over = panel.getByRole("button", { name: /it is over/ });
  await expect(over).toHaveAttribute("aria-disabled", "true");
  expect(await violations(page)).toEqual([]);
  await panel.getByRole("list", { name: "By which mandate?" }).getByRole("button").first().click();
  await expect(panel.getByRole("heading", { name: "Find whom they represent" })).toBeVisible();
  await verify(ada, ANSWERS.contract, ANSWERS.pet);
  await expect(panel.getByRole("heading", { name: "Proceed" })).toBeVisible();
  await expect(levels).toContainText(/Representative.*Verified.*Customer.*Verified/s);

  // What was asked stands in the record, what was answered does not.
  const record = await page.request.get(`/v1/engagements/${opened.id}/record.html`);
  expect(record.status()).toBe(200);
  const text = await record.text();
  for (const secret of [...Object.values(ANSWERS), "DE-1188-red", "Schnurribert"]) expect(text).not.toContain(secret);
});
