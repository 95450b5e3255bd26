"use strict";
const search = document.getElementById("search");
const groups = [...document.querySelectorAll("section.group")];
const articles = [...document.querySelectorAll("article")].map((element) => ({
  element,
  link: document.querySelector(`nav a[href="#${element.id}"]`),
  text: `${element.id} ${element.textContent}`.toLowerCase(),
}));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = false;
  for (const { element, link, text } of articles) {
    const fits = words.every((word) => text.includes(word));
    element.hidden = !fits;
    if (link) link.parentElement.hidden = !fits;
    found ||= fits;
  }
  for (const group of groups) group.hidden = !group.querySelector("article:not([hidden])");
  document.getElementById("none").hidden = found;
}

search.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === "Escape" && document.activeElement === search) {
    search.value = "";
    filter();
  }
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl+C";
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
});
