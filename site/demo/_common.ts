/** What every demo page needs. The demo's own process answers all of it, see README.md. */
import { h } from "../src/shared/dom";

export interface Config {
  console_url: string;
  server_url: string;
  widget_id: string;
  widget_sri?: string;
  web_chat_id: string;
  web_chat_sri?: string;
  /** The tracker's write key; without it there is none on the pages. */
  site_key?: string;
  tracker_sri?: string;
  customers: { id: string; name: string; tariff: string }[];
  people: { role: string; email: string; password: string }[];
  channels?: { id: string; name: string; kind: string }[];
  messenger_people?: { as: string; name: string }[];
  callers?: { as: string; name: string; account: string | null; pin: string | null }[];
}

export async function config(): Promise<Config> {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch("/demo/config.json", { cache: "no-store" });
      if (response.ok) return (await response.json()) as Config;
      throw new Error(String(response.status));
    } catch (error) {
      if (attempt >= 4) {
        document.querySelector("main")?.prepend(h("p", { class: "alert", role: "alert" }, "The demo server does not answer. Is `countersign demo` still running? Reload this page when it is."));
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
}

export function load(config: Config, path: string, integrity: string | undefined, data: Record<string, string>): void {
  const script = document.createElement("script");
  script.src = config.server_url.replace(/\/$/, "") + path;
  script.async = true;
  script.crossOrigin = "anonymous";
  if (integrity) script.integrity = integrity;
  Object.assign(script.dataset, data);
  document.head.append(script);
}

/** Says something to the tracker, whether it is there yet, later, or never. */
export function tell(...command: unknown[]): void {
  const page = window as unknown as { countersignTracker?: { push(command: unknown[]): unknown } };
  (page.countersignTracker ??= [] as unknown[][]).push(command);
}

export function track(config: Config): void {
  if (config.site_key) load(config, "/tracker/1/tracker.js", config.tracker_sri, { key: config.site_key });
}

export const $ = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T;

export function copyButton(value: string, what: string): HTMLButtonElement {
  const button = h("button", { class: "copy", type: "button", "aria-label": `Copy ${what}` }, "Copy");
  button.onclick = async () => {
    await navigator.clipboard.writeText(value).catch(() => undefined);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };
  return button;
}
