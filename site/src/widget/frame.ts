/** The identification window, on our own origin, in a frame of the company's page. */
import { HostLink } from "../shared/protocol";
import { server } from "./backend";
import { begin, hide, load, shownAgain, wish } from "./flow";
import { app, closable, leave, measure, setInline } from "./window";

const id = /\/widget\/frame\/([\w-]{1,64})\/?$/.exec(location.pathname)?.[1] ?? "";

const host = new HostLink(window, (message) => {
  if (message.type === "init") {
    if (message.inline) setInline();
    wish(message.language, message.theme);
    void load();
  } else if (message.type === "hide") {
    hide();
  } else if (message.type === "show") {
    void shownAgain();
  }
});

begin(server(id), host);
new ResizeObserver(measure).observe(app);
addEventListener("keydown", (event) => {
  if (!closable()) return;
  if (event.key === "Escape") leave();
  if (event.key !== "Tab") return;
  // The window is modal: Tab goes round in it.
  const stops = [...app.querySelectorAll<HTMLElement>("button, a")].filter((element) => element.offsetParent);
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement === from) {
    event.preventDefault();
    to?.focus();
  }
});
host.start();
if (!host.embedded) void load();
