import { h } from "../src/shared/dom";
import { $, config, copyButton } from "./_common";

void config().then((found) => {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-console]")) link.href = found.console_url;
  const vip = found.customers.find((customer) => /vip/i.test(customer.tariff));
  if (vip) for (const name of document.querySelectorAll("[data-vip]")) name.textContent = vip.name;
  $("people-list").append(
    ...found.people.map(({ role, email, password }) =>
      h(
        "li",
        {},
        h("b", {}, role),
        h("span", {}, h("span", { class: "mono" }, email), copyButton(email, `e-mail of ${role}`)),
        h("span", {}, h("span", { class: "mono" }, password), copyButton(password, `password of ${role}`)),
      ),
    ),
  );
});
