import { h, icon } from "../src/shared/dom";
import { $, config, load, tell, track } from "./_common";

const GOODS: [name: string, about: string, price: number, art: string][] = [
  ["Kettle No. 4", "Enamelled steel, 1.2 litres", 64, "M18 26h26l6 30H12zM31 26v-4M28 20h6M18 26C18 6 44 6 44 26M46 34l12-8-2 6-8 12"],
  ["Everyday mug", "Stoneware, thrown in Delft", 18, "M12 18h32v30a6 6 0 0 1-6 6H18a6 6 0 0 1-6-6zM44 26h6a6 6 0 0 1 6 6v4a6 6 0 0 1-6 6h-6M22 6c-3 4 3 4 0 8M32 6c-3 4 3 4 0 8"],
  ["Table lamp", "Warm light, dimmable", 89, "M22 8h20l8 22H14zM32 30v22M20 56h24M40 30v10"],
  ["Bread board", "Oiled oak, both sides", 42, "M20 20h24a4 4 0 0 1 4 4v32a4 4 0 0 1-4 4H20a4 4 0 0 1-4-4V24a4 4 0 0 1 4-4zM28 20V8a4 4 0 0 1 8 0v12M24 30v20M40 30v20"],
  ["Wall clock", "Silent, two hands", 55, "M32 8a24 24 0 1 0 .010 0zM32 18v14l9 6"],
  ["Basil, potted", "Likes the window", 7, "M18 40h28l-4 18H22zM32 40V24M32 30c-12 2-16-6-14-14 10 0 14 6 14 14zM32 26c0-10 6-14 14-14 2 8-2 14-14 14z"],
];

const money = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
let count = 0;

function add(name: string, price: number): void {
  $("basket").textContent = `${++count} in the basket`;
  tell("track", "AddToCart", { name, price });
}

$("goods").append(
  ...GOODS.map(([name, about, price, art]) => {
    const picture = icon("");
    picture.replaceChildren();
    picture.setAttribute("viewBox", "0 0 64 64");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", art);
    picture.append(path);
    return h(
      "li",
      { class: "good" },
      h("div", { class: "art" }, picture),
      h(
        "div",
        { class: "about" },
        h("h2", {}, name),
        h("p", { class: "small soft" }, about),
        h(
          "div",
          { class: "row" },
          h("span", { class: "price numbers" }, money.format(price)),
          h("button", { class: "press quiet", type: "button", "aria-label": `Add ${name} to the basket`, click: () => add(name, price) }, "Add"),
        ),
      ),
    );
  }),
);

void config().then((found) => {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-console]")) link.href = found.console_url;
  load(found, "/webchat/1/loader.js", found.web_chat_sri, { channel: found.web_chat_id, accent: "#6a35d9" });
  track(found);
});
