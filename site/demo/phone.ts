import { h } from "../src/shared/dom";
import { $, config, type Config } from "./_common";

/** What the demo's server tells of a call: what a caller can know, and no more. */
interface Heard {
  call: string;
  is_over: boolean;
  is_with_agent: boolean;
  at_ms: number;
  tick_at_ms: number | null;
  playing: { id: number; pieces: { kind: "say" | "digits" | "recorded"; text?: string; digits?: string; language?: string | null }[] } | null;
}

/** As slow as people speak, a character. */
const CHARACTER_MS = 60;
const KEYS = "123456789*0#";
const LETTERS: Record<string, string> = { "*": "star", "#": "pound" };

const state = $("state");
const heard = $("heard");
const keyed = $("keyed");
const aloud = $<HTMLInputElement>("aloud");
const callButton = $<HTMLButtonElement>("call");
const endButton = $<HTMLButtonElement>("end");

let people: NonNullable<Config["callers"]> = [];
let me = "";
let call: string | undefined;
let began = 0;
let playing = 0;
let tick: ReturnType<typeof setTimeout> | undefined;
let spoken: ReturnType<typeof setTimeout> | undefined;
/** One request after another, so that keys arrive in the order in which they are pressed. */
let line: Promise<void> = Promise.resolve();

function words(piece: NonNullable<Heard["playing"]>["pieces"][number]): string {
  if (piece.kind === "say") return piece.text ?? "";
  return piece.kind === "digits" ? [...(piece.digits ?? "")].join(" ") : "A recording is played.";
}

function say(text: string, language: string | null | undefined): void {
  if (!aloud.checked || !("speechSynthesis" in window)) return;
  const utterance = new SpeechSynthesisUtterance(text);
  if (language) utterance.lang = language;
  speechSynthesis.speak(utterance);
}

function hush(): void {
  clearTimeout(spoken);
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function play(what: NonNullable<Heard["playing"]>): void {
  if (what.id === playing) return;
  playing = what.id;
  hush();
  let long = 0;
  for (const piece of what.pieces) {
    const text = words(piece);
    heard.append(h("p", { lang: piece.language ?? "" }, text));
    say(text, piece.language);
    long += Math.max(500, text.length * CHARACTER_MS);
  }
  heard.scrollTop = heard.scrollHeight;
  spoken = setTimeout(() => send({ heard: what.id }), long);
}

function take(now: Heard): void {
  if (now.call !== call) return;
  clearTimeout(tick);
  if (now.playing) play(now.playing);
  else hush();
  if (now.is_over) return over("The call is over");
  state.textContent = now.is_with_agent ? "You speak with an agent" : "On the line";
  if (now.tick_at_ms !== null) tick = setTimeout(() => send({ tick: true }), Math.max(50, now.tick_at_ms - now.at_ms + 20));
}

function over(words: string): void {
  call = undefined;
  clearTimeout(tick);
  clearTimeout(watch);
  state.textContent = words;
  for (const button of $("keys").querySelectorAll("button")) button.disabled = true;
  callButton.disabled = false;
  endButton.disabled = true;
}

async function ask(path: string, body: unknown): Promise<void> {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(String(response.status));
  const now = (await response.json()) as Heard;
  call ??= now.call;
  take(now);
}

function send(input: Record<string, unknown>): void {
  const of = call;
  if (of === undefined) return;
  line = line.then(() => (of === call ? ask("/telephone/input", { call: of, input }) : undefined)).catch(() => over("The line broke down. Call again."));
}

/** What happens at the other end, an agent who accepts or hangs up, is not told: it is looked for. */
let watch: ReturnType<typeof setTimeout> | undefined;
function look(): void {
  watch = setTimeout(() => {
    send({ tick: true });
    look();
  }, 1000);
}

function press(key: string): void {
  if (call === undefined) return;
  hush();
  keyed.textContent = `${keyed.textContent ?? ""}${key}`.slice(-16);
  if (key === "#") setTimeout(() => (keyed.textContent = ""), 800);
  send({ press: key });
}

callButton.onclick = () => {
  heard.replaceChildren();
  keyed.textContent = "";
  playing = 0;
  began = Date.now();
  state.textContent = "Calling…";
  callButton.disabled = true;
  line = ask("/telephone/call", { as: me })
    .then(() => {
      endButton.disabled = false;
      for (const button of $("keys").querySelectorAll("button")) button.disabled = false;
      look();
      $("keys").querySelector("button")?.focus();
    })
    .catch(() => over("Nobody answers. Is the demo still running?"));
};
endButton.onclick = () => {
  send({ hang_up: true });
  hush();
  line = line.then(() => over(`You hung up after ${Math.round((Date.now() - began) / 1000)} seconds`));
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key) || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  press(event.key);
});

$("keys").append(...[...KEYS].map((key) => h("button", { type: "button", disabled: true, "aria-label": LETTERS[key] ?? key, click: () => press(key) }, key)));

function be(as: string): void {
  me = as;
  for (const button of document.querySelectorAll<HTMLButtonElement>(".people button")) button.setAttribute("aria-pressed", String(button.value === as));
}

void config().then((found) => {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-console]")) link.href = found.console_url;
  people = found.callers ?? [];
  $("people").append(
    ...people.map((one) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", value: one.as, "aria-pressed": "false", click: () => be(one.as) },
          h("b", {}, one.name),
          h("span", { class: "soft small numbers" }, one.account ? `Account number ${one.account}, PIN ${one.pin}` : "Not a customer: the number is withheld"),
        ),
      ),
    ),
  );
  be(people[0]?.as ?? "");
});
