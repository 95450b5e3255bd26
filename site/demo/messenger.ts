import { h } from "../src/shared/dom";
import { linked } from "../src/shared/linkify";
import { $, config } from "./_common";

interface Message {
  id: string;
  from: "me" | "company";
  author?: string | null;
  text: string;
  at: string;
  state?: "sending" | "sent" | "delivered" | "read" | "failed";
}

const PEOPLE = [
  { as: "anna.k", name: "Anna K." },
  { as: "vic", name: "Vic" },
  { as: "jo", name: "Jo" },
  { as: "sunny99", name: "Sunny" },
];
// The page of each messenger names itself; both speak to the demo in the same words.
const APP = document.body.dataset["app"] ?? "messenger";
const KEY = `${APP}-person`;
const TICKS: Record<string, [string, string]> = {
  sending: ["◦", "sending"],
  sent: ["✓", "sent"],
  delivered: ["✓✓", "delivered"],
  read: ["✓✓", "read"],
  failed: ["!", "not sent"],
};

const log = $("log");
const field = $<HTMLTextAreaElement>("text");
const form = $<HTMLFormElement>("form");
const picker = $<HTMLSelectElement>("as");
const query = new URLSearchParams(location.search);
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

let people = PEOPLE;
let me = "";
let source: EventSource | undefined;
let messages = new Map<string, Message>();

function draw(): void {
  const low = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const rows = [...messages.values()].map((message) => {
    const [tick, word] = TICKS[message.state ?? "sent"] ?? TICKS["sent"]!;
    return h(
      "div",
      { class: `bubble ${message.from === "me" ? "me" : ""} ${message.state === "failed" ? "failed" : ""}` },
      h("span", { dir: "auto" }, ...linked(message.text)),
      h(
        "span",
        { class: "meta" },
        message.from === "me" ? "" : message.author ? `${message.author} · ` : "",
        time.format(new Date(message.at)),
        message.from === "me" && h("span", { "aria-label": word, role: "img" }, ` ${tick}`),
        message.state === "failed" && h("button", { class: "retry", type: "button", click: () => void post(message) }, "Send again"),
      ),
    );
  });
  log.replaceChildren(...(rows.length ? rows : [$("empty") ?? empty]));
  if (low) log.scrollTop = log.scrollHeight;
}
const empty = $("empty");

function be(person: string): void {
  me = person;
  localStorage.setItem(KEY, person);
  picker.value = person;
  for (const button of document.querySelectorAll<HTMLButtonElement>(".people button")) button.setAttribute("aria-pressed", String(button.value === person));
  messages = new Map();
  draw();
  source?.close();
  $("state").textContent = "Connecting…";
  const events = (source = new EventSource(`/${APP}/events?as=${encodeURIComponent(person)}`));
  events.onopen = () => ($("state").textContent = "Official account");
  events.onerror = () => ($("state").textContent = "Waiting for the network…");
  events.addEventListener("message", (event) => {
    if (events !== source) return;
    const message = JSON.parse(event.data as string) as Message;
    // The answer to our own sending may come after the echo of it.
    if (message.from === "me") for (const [id, mine] of messages) if (mine.state === "sending" && mine.text === message.text) messages.delete(id);
    messages.set(message.id, message);
    draw();
  });
}

async function post(message: Message): Promise<void> {
  messages.delete(message.id);
  message.state = "sending";
  messages.set(message.id, message);
  draw();
  log.scrollTop = log.scrollHeight;
  const as = me;
  try {
    const response = await fetch(`/${APP}/send`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as, text: message.text }) });
    if (!response.ok) throw new Error(String(response.status));
    const { id } = (await response.json()) as { id: string };
    if (as !== me || !messages.delete(message.id)) return;
    if (!messages.has(id)) messages.set(id, { ...message, id, state: "sent" });
  } catch {
    message.state = "failed";
  }
  draw();
}

function grow(): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

form.onsubmit = (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text === "") return;
  field.value = "";
  grow();
  void post({ id: `local-${Math.random()}`, from: "me", text, at: new Date().toISOString(), state: "sending" });
  field.focus();
};
field.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
};
field.oninput = grow;

void config().then((found) => {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-console]")) link.href = found.console_url;
  if (found.messenger_people?.length) people = found.messenger_people;
  picker.append(...people.map(({ as, name }) => h("option", { value: as }, name)));
  picker.onchange = () => be(picker.value);
  $("people").append(
    ...people.map(({ as, name }) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", value: as, "aria-pressed": "false", click: () => be(as) },
          h("span", { class: "face", "aria-hidden": "true" }, name.slice(0, 1)),
          h("span", {}, h("b", {}, name), h("span", { class: "soft small" }, `@${as}`)),
        ),
      ),
    ),
  );
  const wish = query.get("as") ?? localStorage.getItem(KEY);
  be((people.find(({ as }) => as === wish) ?? people[0]!).as);
  // A deep link fills the message in; sending it stays the person's own act.
  const start = query.get("start");
  const prefill = start === null ? query.get("text") : `/start ${start}`;
  if (prefill) {
    field.value = prefill.slice(0, 500);
    grow();
    history.replaceState(null, "", location.pathname);
  }
  field.focus({ preventScroll: true });
});
