/** A call of a cloud provider that a colleague takes on their own telephone: what the provider posts, and what the console shows. */
import { violations } from "../support/axe.ts";
import { TwilioCall } from "../support/twilio.ts";
import { expect, test, type World } from "../support/world.ts";

const AXE = { bypassCSP: true, reducedMotion: "reduce" } as const;
const [CALLER, OURS, DESK] = ["+46706170786", "+46771120001", "+46706170001"];
const TOKEN = "0123456789abcdef0123456789abcdef";
const ACCOUNT = "1234567890";

/** A number of Twilio's: an account number, the company's own system, then whoever of the group is there. */
async function line(world: World, group: string): Promise<string> {
  const url = `http://127.0.0.1:${world.company.port}/crm/customers/{accountNumber}`;
  const lookUp = await world.api.post("/v1/look-ups", { name: "CRM of the line", request: { method: "GET", url } });
  await world.api.post("/v1/call-widgets", {
    name: "Of the line", show_if: "accountNumber", title: "Account {accountNumber}", rows: [{ title: "{customerInfo.customer.name}", label: "Name" }],
  });
  const flow = await world.api.post("/v1/ivr-flows", {
    name: "Line", start: "ask",
    nodes: {
      ask: { kind: "keypad_input", variable: "accountNumber", min: 10, max: 10, prompt: { say: "Enter your account number, 10 digits, and end with pound." }, exits: { next: "look", failed: "wait" } },
      look: { kind: "http_request", look_up: lookUp.id, variable: "customerInfo", exits: { found: "wait", not_found: "wait", unavailable: "wait" } },
      wait: { kind: "queue", queue: group, timeout_ms: 60_000, hold_prompt: { say: "Please hold." }, exits: { timeout: "bye", failed: "bye" } },
      bye: { kind: "hang_up", prompt: { say: "Nobody is free." } },
    },
  });
  await world.api.post(`/v1/ivr-flows/${flow.id}/publish`);
  const number = await world.api.post("/v1/phone-numbers", { number: OURS, name: "Support line", adapter: "twiml", provider: "twilio", auth_token: TOKEN, flow: flow.id });
  return number.hook_url;
}

test("a call of a provider rings a colleague's telephone, a key takes it, and the console is beside it", async ({ lone: world }) => {
  const desk = await (await world.as("agent", AXE)).newPage();
  // Where she takes calls is hers to say.
  await desk.goto("/me");
  await desk.getByRole("textbox", { name: "Number", exact: true }).fill(DESK);
  const form = desk.locator("form").filter({ has: desk.getByRole("textbox", { name: "Number", exact: true }) });
  await form.getByRole("button", { name: "Save" }).click();
  await expect(desk.locator(".toaster")).toContainText("Saved.");
  const me = await desk.evaluate(async () => (await (await fetch("/v1/me")).json()).user.id);
  const group = await world.api.post("/v1/groups", { name: "Line team", members: [me] });
  const call = new TwilioCall(await line(world, group.id), TOKEN, `CA${"0".repeat(32)}`, CALLER, OURS);
  await desk.goto("/inbox");
  await expect.poll(async () => (await world.api.get("/v1/presence")).data.find((one: any) => one.id === me)?.state).toBe("online");

  // What is not signed is nobody's.
  expect((await fetch(call.hook, { method: "POST", body: new URLSearchParams({ CallSid: call.sid, From: CALLER }) })).status).toBe(403);
  const asked = await call.begins();
  expect(asked.one("Gather").attributes).toMatchObject({ finishOnKey: "#" });
  const keyed = await call.post(asked.one("Gather").attributes["action"]!, { Digits: ACCOUNT, FinishedOnKey: "#" });
  const rings = await call.until(keyed, "Dial");
  const telephone = rings.one("Number");
  expect([telephone.text, rings.one("Dial").attributes["callerId"]]).toEqual([DESK, OURS]);

  // It pops while the telephone rings; the console has no sound, so it is not taken here.
  const pops = desk.getByRole("region", { name: "Incoming calls" });
  await expect(pops.locator("article.pop")).toHaveCount(1);
  await expect(pops).toContainText("Support line");
  await expect(pops).toContainText("Jane Doe");
  await expect(pops).toContainText("Your telephone rings. Answer it and press a key.");
  await expect(pops.getByRole("button", { name: "Accept" })).toHaveCount(0);
  expect(await violations(desk)).toEqual([]);

  // Who picks up hears a sentence without names, and is not put through before a key.
  const answered = await call.leg(telephone.attributes["url"]!);
  expect(answered.text).toContain("press any key");
  for (const name of ["Jane", ACCOUNT, CALLER.slice(1)]) expect(answered.text).not.toContain(name);
  await expect(pops.locator("article.pop")).toHaveCount(1);
  expect((await call.leg(answered.one("Gather").attributes["action"]!, { Digits: "5" })).isEmpty).toBe(true);

  // The call under way opens by itself.
  await desk.waitForURL(/\/phone\/calls\/call_/);
  await expect(pops).toHaveCount(0);
  await expect(desk.getByText("Talking")).toBeVisible();
  await expect(desk.getByRole("article", { name: /^Account/ })).toContainText("Jane Doe");
  await expect(desk.getByRole("region", { name: "What happened" })).toContainText("Somebody answered");
  await desk.getByLabel("Note").last().fill("Wants a new card.");
  await desk.getByRole("button", { name: "Save" }).click();
  await expect(desk.locator(".toaster")).toContainText("Saved.");
  expect(await violations(desk)).toEqual([]);

  // They part: the page says so, and the note stays.
  const parted = await call.post(rings.one("Dial").attributes["action"]!, { DialCallStatus: "completed", DialCallDuration: "31" });
  expect(parted.all("Hangup")).toHaveLength(1);
  await call.ends();
  await expect(desk.getByText("Talking")).toHaveCount(0);
  await expect(desk.getByText("Answered").first()).toBeVisible();
  await expect(desk.getByLabel("Wrap-up").last()).toHaveValue("Wants a new card.");
  const kept = await world.api.get(`/v1/calls/${desk.url().split("/").pop()}`);
  expect([kept.outcome, kept.agent, kept.adapter, kept.note]).toEqual(["answered", me, "twiml", "Wants a new card."]);

  // A repeated webhook, and a key that comes late, change nothing.
  expect((await call.ends()).all("Dial")).toHaveLength(0);
  expect((await call.leg(answered.one("Gather").attributes["action"]!, { Digits: "5" })).text).toContain("not waiting");
  expect((await world.api.get("/v1/calls")).data).toHaveLength(1);
});

test("a caller who hangs up before anybody takes the call is told of, and rings no more", async ({ lone: world }) => {
  const desk = await (await world.as("agent", AXE)).newPage();
  await desk.goto("/inbox");
  const me = await desk.evaluate(async () => (await (await fetch("/v1/me")).json()).user.id);
  await world.api.put(`/v1/users/${me}/telephone`, { number: DESK, takes_calls: true });
  const group = await world.api.post("/v1/groups", { name: "Line team", members: [me] });
  const call = new TwilioCall(await line(world, group.id), TOKEN, `CA${"1".repeat(32)}`, CALLER, OURS);
  await expect.poll(async () => (await world.api.get("/v1/presence")).data.find((one: any) => one.id === me)?.state).toBe("online");
  // Three times too short: the caller reaches a person all the same.
  let document = await call.begins();
  for (let short = 0; short < 3; short++) document = await call.post(document.one("Gather").attributes["action"]!, { Digits: "12", FinishedOnKey: "#" });
  const rings = await call.until(document, "Dial");
  const pops = desk.getByRole("region", { name: "Incoming calls" });
  await expect(pops.locator("article.pop")).toHaveCount(1);
  await call.ends();
  await expect(pops).toHaveCount(0);
  expect((await call.leg(rings.one("Number").attributes["url"]!, { Digits: "5" })).text).toContain("not waiting");
  await desk.goto("/phone/calls");
  await expect(desk.getByRole("main")).toContainText("Hung up before");
});
