/** Every page, with something on it: for axe and for screenshots. */
import { Tracked } from "./tracked.ts";
import type { World } from "./world.ts";

export interface Filled {
  console: [name: string, path: string][];
  unauthenticated: [name: string, path: string][];
}

let filled: Promise<Filled> | undefined;

export function fill(world: World): Promise<Filled> {
  return (filled ??= make(world));
}

async function make(world: World): Promise<Filled> {
  const { company, api } = world;
  const set = company.set!;
  const talk: [string, string][] = [
    ["vic", "Good morning! My card was charged twice for the same order, could you have a look?"],
    ["anna.k", "Hello?"],
    ["jo", "Можна дізнатися, коли прийде переказ? Дякую!"],
    ["sunny99", "مرحبا، أحتاج إلى مساعدة في حسابي"],
    ["t-8841", "I would like to raise the limit on my account before Friday, if that is possible at all, because the car has to be paid"],
  ];
  const people = (await api.get("/v1/users")).data.map((user: any) => user.id);
  const second = await api.post("/v1/groups", { name: "Second line", members: people }).catch(() => undefined);
  // What rules did, what they held back, and what they told whom.
  await api.post("/v1/rules", {
    name: "Thank whoever is identified", trigger: "updated_case",
    match: [{ mode: "all", conditions: [{ field: "identification_code.outcome", op: "is", value: "valid" }] }],
    actions: [
      { kind: "send_message", texts: ["Thank you, {profile.name|dear customer}. Now we know who you are."] }, { kind: "set_priority", priority: "high" },
      ...(second ? [{ kind: "assign_group", group: second.id }] : []),
      { kind: "notify", people, text: "{profile.name|Somebody} proved who they are in case {case.number} and waits for an answer." },
    ],
  });
  await api.post("/v1/rules", {
    name: "No code was sent", trigger: "updated_case",
    match: [{ mode: "all", conditions: [{ field: "message.text", op: "has_word", value: ["still"] }] }],
    actions: [{ kind: "send_message", texts: ["Please send your code."] }, { kind: "add_labels", labels: ["waits"] }],
  });
  let open = "";
  for (const [as, text] of talk) {
    const { case: made } = await company.say(as, text);
    if (as === "vic") open = made.id;
  }
  const code = async (external_id: string) => (await api.post("/v1/identification-codes", { profile: { external_id, name: external_id === "victor" ? "Victor VIP" : "Anna Standard", attributes: { tariff: external_id === "victor" ? "vip" : "standard" } } })).display as string;
  await api.put("/v1/profiles/by-external-id/victor", { name: "Victor VIP", email: "victor.vip@mail.example", phone: "+4915123456702", language: "de", attributes: { tariff: "vip", contract: "DE-44-2017" } });
  await company.say("anna.k", "BCDF-GHJK-LMNP");
  await api.post(`/v1/cases/${open}/ask-for-code`, {});
  await company.say("vic", await code("victor"));
  await company.say("vic", "I am still waiting");
  await company.say("vic", "Are you still there?");
  await api.post(`/v1/cases/${open}/messages`, { text: "Thank you, Victor. The second amount is only reserved and falls away on Tuesday.", kind: "reply" });
  await api.post(`/v1/cases/${open}/messages`, { text: "Second charge is a pre-authorisation.", kind: "note" });
  await code("anna");
  await api.post("/v1/identification-codes", { profile: { external_id: "anna" }, form: "keypad" });
  const hook = await api.post("/v1/webhooks", { url: `http://127.0.0.1:${company.port}/messenger/hook`, events: ["*"], description: "CRM" });
  await api.post(`/v1/webhooks/${hook.id}/test`).catch(() => undefined);
  await api.post("/v1/groups", { name: "Billing" }).catch(() => undefined);
  const nine = [{ from: "09:00", to: "12:30" }, { from: "13:30", to: "18:00" }];
  await api.post("/v1/calendars", { name: "Support", time_zone: "Europe/Berlin", week: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine }, holidays: [{ date: "2026-12-25", name: "Christmas" }] }).catch(() => undefined);
  await api.post("/v1/calendars", { name: "Emergencies", time_zone: "America/Argentina/ComodRivadavia", week: { sat: [{ from: "22:00", to: "06:00" }] } }).catch(() => undefined);
  for (const [name, text] of [["Welcome", "Welcome to the bank. What can we do for you?"], ["One moment", "One moment, please."]] as const) {
    const prompt = await api.post("/v1/prompts", { name }).catch(() => undefined);
    if (prompt) await api.post(`/v1/prompts/${prompt.id}/speech`, { language: "en", text }).catch(() => undefined);
  }
  for (const [name, audience] of [["greeting", "everybody"], ["opening-hours", "everybody"]] as const) {
    await api.post("/v1/canned-replies", { name, audience, title: "What many ask", text: "Hello {profile.name|there},\nwe are here from nine to six.", language: "en" }).catch(() => undefined);
  }
  // They say nothing to anybody: other journeys share this workspace.
  const campaign = await api.post("/v1/rule-groups", { name: "Campaign" }).catch(() => undefined);
  const when = [{ mode: "all", conditions: [{ field: "profile.is_identified", op: "is", value: false }, { field: "case.labels", op: "has", value: ["never", "at all"] }] }];
  const rule = await api.post("/v1/rules", {
    name: "Out of hours", trigger: "updated_case", enabled: false, group: campaign?.id, cooldown_secs: 3600, once_per_case: true,
    match: [...when, { mode: "any", conditions: [{ field: "case.priority", op: "changed", value: { to: "urgent" } }, { field: "profile.attributes.tariff", op: "is", value: "vip" }, { field: "time.weekday", op: "is", value: ["sat", "sun"] }] }],
    actions: [{ kind: "send_message", texts: ["We are back on Monday, {profile.name|dear customer}.", "We are closed."] }, { kind: "set_priority", priority: "high" }, { kind: "add_labels", labels: ["night"] }, { kind: "notify", people: people.slice(0, 1), text: "Somebody wrote." }, { kind: "webhook", method: "POST", url: `http://127.0.0.1:${company.port}/crm/{case.id}`, headers: { "X-From": "rules" }, body: "{{}}" }, { kind: "stop" }],
  });
  await api.call("PATCH", `/v1/rules/${rule.id}`, { name: "Out of office hours" });
  await api.post("/v1/rules", { name: "Mark what never is", trigger: "new_case", match: when, actions: [{ kind: "note", text: "This never happens." }] });
  const { data } = await api.get("/v1/profiles?external_id=victor");
  const victor = data[0].id;
  const twin = await api.post("/v1/profiles", { name: "V. VIP", phone: "+4915123456703" });
  await api.post("/v1/merge-suggestions", { profile: victor, other: twin.id });
  // A site with visitors: two people on one browser, a stranger, and an event that is refused.
  const site = await api.post("/v1/sites", {
    name: "Acme Bank online",
    config: {
      origins: [company.origin], categories: [{ name: "loans", in: "url", contains: "/loans" }],
      triggers: [{ id: "stays", name: "Stays", action: "timer", seconds: 30, condition: "focused", postcondition: "none", values: [] }],
      events: [{ name: "AddToCart", schema: { type: "object", required: ["product"] }, mode: "warn" }],
    },
  });
  // A phone menu: one version that callers hear, and a draft with something wrong.
  const bank = {
    start: "ask", on_error: "agents",
    nodes: {
      ask: { kind: "keypad_input", label: "Ask for the account number", variable: "accountNumber", min: 10, max: 10, prompt: [{ say: "Enter your account number.", language: "en" }, { digits: "{caller}" }], exits: { next: "look", failed: "agents" } },
      look: { kind: "http_request", url: `http://127.0.0.1:${company.port}/crm/customers/{accountNumber}`, headers: [{ name: "X-Key", value: "a secret of the bank" }], variable: "customerInfo", exits: { found: "choose", not_found: "agents", unavailable: "agents" } },
      choose: { kind: "condition", branches: [{ exit: "gold", all: [{ variable: "customerInfo.tier", op: "one_of", value: ["gold", "black"] }] }], exits: { gold: "agents", otherwise: "agents" } },
      agents: { kind: "queue", queue: second?.id ?? "Second line", timeout_ms: 600000, exits: { timeout: "bye", failed: "bye" } },
      bye: { kind: "hang_up", prompt: { say: "Goodbye." } },
    },
  };
  const menu = await api.post("/v1/ivr-flows", { name: "Bank", ...bank });
  await api.post(`/v1/ivr-flows/${menu.id}/publish`, {});
  await api.call("PUT", `/v1/ivr-flows/${menu.id}/draft`, { ...bank, nodes: { ...bank.nodes, choose: { ...bank.nodes.choose, exits: { gold: "agents" } }, menu: { kind: "menu", exits: { "1": "agents" } } } });
  const chat = await api.post("/v1/channels", { kind: "web_chat", name: "Website", config: { origins: [company.origin] } });
  await api.post("/v1/invitations", { name: "Help with loans", site: site.id, channel: chat.id, when: { url_contains: ["/loans"], pages_at_least: 2 }, texts: { en: "May we help with your loan?", ar: "هل يمكننا مساعدتك؟" } });
  // A call on the bench, with what stands beside it.
  const lookUp = await api.post("/v1/look-ups", { name: "Customers", request: { method: "GET", url: `http://127.0.0.1:${company.port}/crm/customers/{accountNumber}`, headers: [{ name: "X-Api-Key", value: "crm-key-0123456789", secret: true }] }, answer: { fields: [{ path: "$.customer.name", to: "name" }] } });
  const callWidget = await api.post("/v1/call-widgets", {
    name: "Customer", show_if: "accountNumber", title: "Verified customer", action: { label: "Open the file", url: "https://crm.example/customers/{accountNumber}" },
    autorun: true, buttons: [{ label: "Create ticket", url: "https://desk.example/new?caller={caller}" }], rows: [{ title: "{customerInfo.customer.name}", label: "Name" }],
  });
  const flow = await api.post("/v1/ivr-flows", {
    name: "Bank by phone", start: "ask",
    nodes: {
      ask: { kind: "keypad_input", variable: "accountNumber", min: 10, max: 10, prompt: { say: "Enter your account number, 10 digits, and end with pound." }, exits: { next: "look", failed: "agent" } },
      look: { kind: "http_request", look_up: lookUp.id, variable: "customerInfo", exits: { found: "agent", not_found: "agent", unavailable: "agent" } },
      agent: { kind: "connect", to: "+46771123456", exits: { no_answer: "bye", busy: "bye", failed: "bye" } }, bye: { kind: "hang_up" },
    },
  });
  await api.post(`/v1/ivr-flows/${flow.id}/publish`);
  const call = await api.post("/v1/bench/calls", { flow: flow.id, from: "+46706170786", to: "+46771123456", script: [{ after_ms: 6000, press: "1234567890#" }] });
  await api.post("/v1/bench/calls", { flow: flow.id, script: [{ after_ms: 2000, hang_up: true }] });
  await api.post("/v1/phone-numbers", { number: "+46771123456", name: "Support line", adapter: "twiml", provider: "twilio", auth_token: "a-token", flow: flow.id });
  await api.post("/v1/phone-numbers", { number: "+46771123457", name: "Sales", adapter: "twiml", provider: "telnyx" });
  // A verification under way, a policy, and somebody who may act.
  const text = { kind: "text", fields: ["name", "phone", "email"], results: ["tariff"] };
  const ordered = { ...text, filters: [{ field: "tariff", equals: "vip" }], sort: [{ field: "name" }, { field: "tariff", descending: true }] };
  const contract = { field: "contract", answer: "text", bits: 20 };
  const policy = await api.post("/v1/verification-policies", {
    policy: { name: "Contracts", customer: { searches: [text], required: [contract], strong_evidence_replaces: true }, representative: { searches: [ordered, text], required: [contract] } },
  });
  await api.post(`/v1/verification-policies/${policy.id}/publish`, { revision: policy.revision, acknowledged: [...new Set(policy.findings.map((one: any) => one.code))] });
  const topic = await api.post("/v1/topics", { key: "contracts", name: "Contract data", is_confidential: true, policy_id: policy.id, script: { opening: "May I ask you a few questions?" } });
  await api.post("/v1/topics", { key: "directions", name: "Directions to the branch", is_confidential: false });
  await api.post("/v1/mandates", { kind: "guardian", representative_id: twin.id, represented_id: victor, scope: { topics: ["contracts"] }, valid_from: "2026-01-01T00:00:00Z", documents: [{ title: "Court order" }] });
  const engagement = await api.post("/v1/engagements", { channel: "in_person", type: "inbound", initiating_attendee: { lead: { name: "Somebody New" } } });
  const on_behalf_of = people[0];
  const begun = await api.post(`/v1/engagements/${engagement.id}/topic`, { on_behalf_of, revision: engagement.verification.revision, topic_id: topic.id });
  await api.post(`/v1/engagements/${engagement.id}/subject`, { on_behalf_of, revision: begun.verification.revision, about: "self" });
  const stopped = await api.post("/v1/engagements", { channel: "video", type: "outbound" });
  await api.post(`/v1/engagements/${stopped.id}/end`, { on_behalf_of, revision: stopped.verification.revision });
  await api.call("PATCH", `/v1/engagements/${engagement.id}`, { custom: { branch: "Nord", ticket: "T-7" } });
  const shared = new Tracked(world.server.url, site.write_key, company.origin);
  await shared.enter("/", "Acme Bank");
  await shared.send({ name: "SignIn", data: { identity: "victor", name: "Victor VIP" } });
  await shared.enter("/loans/personal?utm_source=newsletter", "Personal loans, from 3.9 % a year, paid out within a day");
  await shared.send({ name: "AddToCart", data: { product: "loan" } }, { name: "AddToCart", data: {} }, { name: "Late", ago: 2 * 86_400_000 });
  await shared.send({ name: "SignOut" });
  await shared.send({ name: "SignIn", data: { identity: "anna", name: "Anna Standard" } });
  await shared.enter("/account", "Your account");
  await shared.send({ name: "SignOut" });
  await new Tracked(world.server.url, site.write_key, company.origin).enter("/", "Acme Bank");
  const visit = (await api.get(`/v1/visits?site=${site.id}`)).data.find((one: any) => one.pages_count > 1);
  return {
    console: [
      ["get-started", "/get-started"], ["inbox", "/inbox"], ["case", `/inbox/${open}`], ["inbox-no-match", "/inbox?status=closed&level=al2"],
      ["reports", "/reports"], ["report-codes", "/reports?view=codes"], ["report-replies", "/reports?view=replies&by=agent&days=7"], ["report-cases", "/reports?view=cases&by=channel"], ["report-days", "/reports?view=identification&by=week&from=2026-01-01&until=2026-12-31"], ["customers", "/customers"], ["customer-new", "/customers?new"], ["customers-export", "/customers?export"], ["imports", "/customers/imports"], ["suggestions", "/customers/suggestions"], ["privacy", "/privacy"], ["settings-retention", "/settings?view=retention"], ["customer", `/customers/${victor}`], ["customer-evidence", `/customers/${victor}?view=evidence`],
      ["customer-timeline", `/customers/${victor}?view=timeline`], ["customer-cases", `/customers/${victor}?view=cases`], ["customer-viewers", `/customers/${victor}?view=viewers`],
      ["channels", "/channels"], ["channel-new", "/channels?new"], ["channel-chat", "/channels?new=web_chat"],
      ["channel-phrases", `/channels/${chat.id}`], ["channel-telegram", "/channels?new=telegram"], ["channel-whatsapp", "/channels?new=whatsapp"],
      ["sites", "/sites"], ["site-new", "/sites?new"], ["site", `/sites/${site.id}`], ["site-privacy", `/sites/${site.id}?view=privacy`], ["site-triggers", `/sites/${site.id}?view=triggers`],
      ["site-uncertain", `/sites/${site.id}?view=uncertain`], ["site-events", `/sites/${site.id}?view=events`], ["invitations", "/invitations"], ["invitation-new", "/invitations?new"], ["visitors", "/visitors"], ["visitors-all", "/visitors?show=all"], ["visit", `/visitors/${visit?.id}`],
      ["widgets", "/widgets"], ["widget-new", "/widgets?new"], ["widget", `/widgets/${set.widget}`], ["widget-settings", `/widgets/${set.widget}?view=settings`],
      ["widget-keys", `/widgets/${set.widget}?view=keys`], ["widget-phrases", `/widgets/${set.widget}?view=phrases`],
      ["attributes", "/attributes"], ["attribute-new", "/attributes?new"], ["codes", "/codes"], ["codes-used", "/codes?state=used"],
      ["rules", "/rules"], ["rules-try", "/rules?view=try"], ["rules-try-past", `/rules?view=try&case=${open}`], ["rules-groups", "/rules?view=groups"], ["rules-settings", "/rules?view=settings"],
      ["rule-new", "/rules/new"], ["rule", `/rules/${rule.id}`], ["rule-try", `/rules/${rule.id}?view=try`], ["rule-history", `/rules/${rule.id}?view=history`], ["rule-versions", `/rules/${rule.id}?view=versions`],
      ["calls", "/phone/calls"], ["calls-missed", "/phone/calls?outcome=missed"], ["call", `/phone/calls/${call.id}`], ["phone-numbers", "/phone/numbers"], ["phone-number-new", "/phone/numbers?new"],
      ["look-ups", "/phone/look-ups"], ["look-up", `/phone/look-ups/${lookUp.id}`], ["look-up-new", "/phone/look-ups/new"],
      ["call-widgets", "/phone/call-widgets"], ["call-widget", `/phone/call-widgets/${callWidget.id}`], ["call-widget-new", "/phone/call-widgets/new"], ["call-widget-settings", "/phone/call-widgets?view=settings"],
      ["business-hours", "/business-hours"], ["business-hours-new", "/business-hours?new"], ["prompts", "/phone/prompts"], ["prompt-new", "/phone/prompts?new"],
      ["canned-replies", "/canned-replies"], ["canned-reply-new", "/canned-replies?new"],
      ["developers", "/developers"], ["key-new", "/developers?new"], ["webhooks", "/developers?view=webhooks"], ["deliveries", `/developers?view=webhooks&webhook=${hook.id}`],
      ["events", "/developers?view=events"], ["requests", "/developers?view=requests"], ["dead-letters", "/developers?view=deadLetters"], ["reference", "/developers?view=reference"],
      ["engagements", "/engagements"], ["engagements-no-match", "/engagements?status=new&channel=video&result=proceed"], ["engagement-new", "/engagements?new"], ["engagement", `/engagements/${engagement.id}`], ["engagement-stopped", `/engagements/${stopped.id}`],
      ["policies", "/verification/policies"], ["policy-new", "/verification/policies?new"], ["policy", `/verification/policies/${policy.id}`], ["topics", "/verification/topics"], ["topic-new", "/verification/topics?new"], ["locks", "/verification/locks"],
      ["phone-menus", "/phone/flows"], ["phone-menu-new", "/phone/flows?new"], ["phone-menu", `/phone/flows/${menu.id}`],
      ["people", "/people"], ["groups", "/people?view=groups"], ["group-new", "/people?view=groups&new"], ["roles", "/people?view=roles"], ["invite", "/people?new"], ["audit", "/audit"], ["settings", "/settings"], ["masking", "/settings?view=masking"], ["unification", "/settings?view=unification"], ["system", "/system"],
      ["me", "/me"], ["me-password", "/me?view=password"], ["me-sessions", "/me?view=sessions"], ["nowhere", "/nowhere"],
    ],
    unauthenticated: [["log-in", "/log-in"], ["set-up", "/setup#token=x"], ["invitation", "/invitation#token=x"], ["api-reference", "/docs/api"]],
  };
}

/** The pages of lists, as somebody meets them in a workspace where nothing was made yet, or while the server fails. */
export const LISTS: [name: string, path: string][] = [
  ["get-started", "/get-started"], ["inbox", "/inbox"], ["reports", "/reports"], ["report-codes", "/reports?view=codes"], ["customers", "/customers"], ["imports", "/customers/imports"], ["suggestions", "/customers/suggestions"], ["privacy", "/privacy"], ["channels", "/channels"], ["sites", "/sites"], ["phone-menus", "/phone/flows"], ["invitations", "/invitations"], ["visitors", "/visitors"], ["visitors-all", "/visitors?show=all"], ["widgets", "/widgets"], ["attributes", "/attributes"],
  ["codes", "/codes"], ["developers", "/developers"], ["webhooks", "/developers?view=webhooks"], ["events", "/developers?view=events"],
  ["requests", "/developers?view=requests"], ["dead-letters", "/developers?view=deadLetters"], ["people", "/people"], ["groups", "/people?view=groups"], ["roles", "/people?view=roles"],
  ["rules", "/rules"], ["rules-groups", "/rules?view=groups"], ["calls", "/phone/calls"], ["phone-numbers", "/phone/numbers"], ["look-ups", "/phone/look-ups"], ["call-widgets", "/phone/call-widgets"], ["business-hours", "/business-hours"], ["prompts", "/phone/prompts"], ["canned-replies", "/canned-replies"], ["engagements", "/engagements"], ["policies", "/verification/policies"], ["topics", "/verification/topics"], ["locks", "/verification/locks"], ["audit", "/audit"], ["settings", "/settings"], ["system", "/system"], ["me-sessions", "/me?view=sessions"],
];
