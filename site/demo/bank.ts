import { h } from "../src/shared/dom";
import { $, config, load, tell, track } from "./_common";

interface Holdings {
  accounts: [name: string, number: string, amount: number][];
  moves: [what: string, daysAgo: number, amount: number][];
}

const STANDARD: Holdings = {
  accounts: [
    ["Current account", "•••• 4417", 2418.37],
    ["Savings", "•••• 9920", 6150],
  ],
  moves: [
    ["Corner Grocery", 0, -36.9],
    ["Tram & Bus, monthly pass", 1, -49],
    ["Salary, Northwind Ltd", 3, 2860.5],
    ["Rent", 4, -940],
    ["Café Lindgren", 6, -8.4],
    ["Electricity", 9, -71.25],
  ],
};

const VIP: Holdings = {
  accounts: [
    ["Private account", "•••• 1008", 48204.11],
    ["Investments", "•••• 5530", 312870.64],
    ["Card Black", "•••• 0001", -3186.2],
  ],
  moves: [
    ["Grand Hotel Zürich", 0, -1240],
    ["Dividends, Contoso AG", 1, 8410.22],
    ["Airline tickets", 2, -2915.8],
    ["Transfer to Investments", 5, -20000],
    ["Gallery Moreau", 8, -4600],
    ["Consulting fee", 11, 16500],
  ],
};

const KEY = "acme-bank-customer";
const euros = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" });
/** With the minus of numbers, which is as wide as the plus, and not a hyphen. */
const money = { format: (amount: number) => euros.format(amount).replace("-", "\u2212") };
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

void config().then((found) => {
  const page = window as unknown as { countersign: unknown };
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-console]")) link.href = found.console_url;

  const customer = () => found.customers.find(({ id }) => id === sessionStorage.getItem(KEY));

  async function token(): Promise<string | null> {
    const who = customer();
    if (!who) return null;
    const response = await fetch(`/bank/token?customer=${encodeURIComponent(who.id)}`, { cache: "no-store" });
    if (response.status === 401) return null;
    if (!response.ok) throw new Error(String(response.status));
    return ((await response.json()) as { token: string }).token;
  }

  /** The page gives the widget a token from the bank's own server; the token says who is signed in. */
  function identify(): void {
    page.countersign = { token };
  }

  /** The tracker gets one of its own: a token is good for one use. */
  async function signIn(): Promise<void> {
    const given = await token().catch(() => null);
    if (given) tell("signIn", { token: given });
  }

  function show(): void {
    const who = customer();
    $("sign-in").hidden = !!who;
    $("account").hidden = !who;
    $("who").hidden = !who;
    $("linked").textContent = "";
    document.title = who ? `${who.name} · Acme Bank` : "Sign in · Acme Bank";
    if (!who) {
      $("customers").replaceChildren(
        ...found.customers.map((entry) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                class: "choice",
                type: "button",
                click: () => {
                  sessionStorage.setItem(KEY, entry.id);
                  identify();
                  if (found.site_key) void signIn();
                  show();
                },
              },
              h("span", { class: "face", "aria-hidden": "true" }, initials(entry.name)),
              h("span", {}, h("b", {}, entry.name), h("span", { class: "soft small" }, `Tariff ${entry.tariff}`)),
            ),
          ),
        ),
      );
      return;
    }
    const vip = /vip/i.test(who.tariff);
    const holdings = vip ? VIP : STANDARD;
    $("who-name").textContent = who.name;
    $("hello").textContent = `Good to see you, ${who.name.split(" ")[0]}`;
    $("tariff").textContent = who.tariff;
    $("tariff").classList.toggle("vip", vip);
    $("accounts").replaceChildren(
      ...holdings.accounts.map(([name, number, amount]) =>
        h("li", {}, h("h2", { class: "small soft" }, name), h("p", { class: "amount numbers" }, money.format(amount)), h("p", { class: "small soft numbers" }, number)),
      ),
    );
    $("moves").replaceChildren(
      ...holdings.moves.map(([what, ago, amount]) =>
        h(
          "li",
          {},
          h("span", {}, h("b", {}, what), h("span", { class: "small soft" }, ` · ${ago === 0 ? "Today" : day.format(Date.now() - ago * 864e5).replace(" ", "\u00a0")}`)),
          h("span", { class: amount > 0 ? "numbers plus" : "numbers" }, (amount > 0 ? "+" : "") + money.format(amount)),
        ),
      ),
    );
  }

  $("sign-out").onclick = () => {
    sessionStorage.removeItem(KEY);
    tell("signOut");
    identify();
    show();
  };
  document.addEventListener("countersign:linked", () => ($("linked").textContent = "A chat was linked to you just now."));

  identify();
  show();
  load(found, "/widget/1/loader.js", found.widget_sri, { widget: found.widget_id });
  // Who is signed in is said before the page is entered, so that it is never taken for somebody else's.
  if (found.site_key) void signIn().then(() => track(found));
});

function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((part) => part[0])
    .slice(0, 2)
    .join("");
}
